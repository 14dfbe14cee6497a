import { ListStacksCommand, StackStatus } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { partitionOf } from '@bitclouded/documents';
import { type Check, type DoctorContext, type Finding, fails, ok, warning } from '../check.ts';

/** Source: Service Quotas, "Stack count" of CloudFormation and "General purpose buckets" of Amazon S3. */
const STACKS = { ServiceCode: 'cloudformation', QuotaCode: 'L-0485CB21' } as const;
const BUCKETS = { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' } as const;
/** The bucket quota is of the account and asked in one region. Source: Amazon S3 User Guide, "General purpose bucket quotas". */
const BUCKETS_REGION = { aws: 'us-east-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' } as const;
/** What a host makes at most at one place. */
const NEEDED = 2;
const NEARLY_FULL = 0.9;

/** Whether there is room for the host's stacks and buckets. */
export const quotas: Check = {
  name: 'quotas',
  run(context) {
    const { host } = context;
    const region = BUCKETS_REGION[partitionOf(host.homeRegion)];
    const buckets = judge(`account ${host.account}: buckets`, countBuckets(context), quota(context, region, BUCKETS));
    const stacks = host.regions.map((one) =>
      judge(`${one}: stacks`, countStacks(context, one), quota(context, one, STACKS)),
    );
    return Promise.all([buckets, ...stacks]);
  },
};

async function judge(where: string, counting: Promise<number>, asking: Promise<Quota>): Promise<Finding> {
  const [used, { limit, increase }] = await Promise.all([counting, asking]);
  if (limit === undefined)
    return warning(where, `${used} used; the service names no quota`, 'a quota', 'look at the Service Quotas console');
  const received = `${used} of ${limit} used`;
  const expected = `room for ${NEEDED} more`;
  const remedy = `${increase} --desired-value ${limit * 2}`;
  if (used + NEEDED > limit) return fails(where, received, expected, `remove what nobody needs, or: ${remedy}`);
  if (used > limit * NEARLY_FULL) return warning(where, received, expected, remedy);
  return ok(where, received);
}

interface Quota {
  readonly limit: number | undefined;
  /** The command that asks for more, but for the value. */
  readonly increase: string;
}

async function quota(
  { clients, signal }: DoctorContext,
  region: string,
  which: typeof STACKS | typeof BUCKETS,
): Promise<Quota> {
  const client = clients.serviceQuotas(region);
  const { Quota } = await client.send(new GetServiceQuotaCommand(which), { abortSignal: signal });
  const { ServiceCode, QuotaCode } = which;
  const increase = `aws service-quotas request-service-quota-increase --service-code ${ServiceCode} --quota-code ${QuotaCode} --region ${region}`;
  return { limit: Quota?.Value, increase };
}

async function countStacks({ clients, signal }: DoctorContext, region: string): Promise<number> {
  const StackStatusFilter = Object.values(StackStatus).filter((status) => status !== 'DELETE_COMPLETE');
  let count = 0;
  let NextToken: string | undefined;
  do {
    const command = new ListStacksCommand({ StackStatusFilter, NextToken });
    const page = await clients.cloudFormation(region).send(command, { abortSignal: signal });
    count += page.StackSummaries?.length ?? 0;
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return count;
}

async function countBuckets({ host, clients, signal }: DoctorContext): Promise<number> {
  const client = clients.s3(host.homeRegion);
  let count = 0;
  let ContinuationToken: string | undefined;
  do {
    const command = new ListBucketsCommand({ MaxBuckets: 1000, ContinuationToken });
    const page = await client.send(command, { abortSignal: signal });
    count += page.Buckets?.length ?? 0;
    ContinuationToken = page.ContinuationToken;
  } while (ContinuationToken !== undefined);
  return count;
}

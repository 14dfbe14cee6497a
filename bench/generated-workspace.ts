import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface GeneratedWorkspace {
  readonly root: string;
  readonly templates: number;
  readonly lambdas: number;
  /** A handler's file, to touch. */
  readonly aHandler: string;
  remove(): void;
}

/** What a copy of the repository needs to build units. */
const COPIED = [
  'package.json',
  'package-lock.json',
  'nx.json',
  'tsconfig.base.json',
  'bitclouded.config.ts',
  'packages/documents',
  'packages/kit',
  'tools/nx-plugin',
  'release',
  '.changeset',
];
/** Every template but the first takes an output of the one that stands this many before it. */
const WIRED_TO = 5;

/**
 * A workspace of the size asked for, with units of the usual size: a template has fifteen resources and
 * one wire, every fourth uses a function; a function has a logger and one client of the SDK.
 */
export function generateWorkspace(
  repository: string,
  size: { readonly templates: number; readonly lambdas: number },
): GeneratedWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'bitclouded-bench-'));
  for (const path of COPIED)
    cpSync(join(repository, path), join(root, path), {
      recursive: true,
      filter: (source) => !/\/(?:tmp|\.nx|dist)$/.test(source),
    });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (let index = 0; index < size.lambdas; index++)
    write(root, `packages/lambdas/${lambdaName(index)}`, lambdaFiles(index));
  for (let index = 0; index < size.templates; index++)
    write(root, `packages/templates/generated/${templateName(index)}`, templateFiles(index, size.lambdas));
  return {
    root,
    ...size,
    aHandler: join(root, `packages/lambdas/${lambdaName(0)}/handler.ts`),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function write(root: string, folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
}

const templateName = (index: number): string => `t-${index}`;
const lambdaName = (index: number): string => `f-${index}`;

function lambdaFiles(index: number): Record<string, string> {
  return {
    'handler.test.ts': "it('is there', () => expect(1).toBe(1));\n",
    'README.md': `# ${lambdaName(index)}\n`,
    'lambda.ts': `import { defineLambda } from '@bitclouded/kit';
export default defineLambda({
  name: '${lambdaName(index)}', summary: 'Function ${index}', trigger: 'A schedule', memoryMb: 256, timeoutSeconds: 60,
  environment: { RETENTION_DAYS: 'Days' },
  grants: { governed: { actions: ['logs:PutRetentionPolicy'], why: 'It sets the retention' } },
});
`,
    'handler.ts': `import { Logger } from '@aws-lambda-powertools/logger';
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
const logger = new Logger({ serviceName: '${lambdaName(index)}' });
const client = new CloudWatchLogsClient({});
export async function handler(event: { readonly logGroupName: string }): Promise<void> {
  logger.info('setting retention', { group: event.logGroupName, function: ${index} });
  await client.send(new PutRetentionPolicyCommand({ logGroupName: event.logGroupName, retentionInDays: Number(process.env.RETENTION_DAYS) }));
}
`,
  };
}

function templateFiles(index: number, lambdas: number): Record<string, string> {
  const upstream = index >= WIRED_TO ? index - WIRED_TO : undefined;
  const lambda = index % 4 === 0 && lambdas > 0 ? index % lambdas : undefined;
  return {
    'template.test.ts': "it('is there', () => expect(1).toBe(1));\n",
    'README.md': `# generated/${templateName(index)}\n`,
    'template.ts': `import { CfnSubnet, CfnVPC, CfnSecurityGroup, CfnRouteTable } from 'aws-cdk-lib/aws-ec2';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { defineTemplate, output, param, when } from '@bitclouded/kit';
${upstream === undefined ? '' : `import upstream from '../${templateName(upstream)}/template.ts';`}
${lambda === undefined ? '' : `import fn from '../../../lambdas/${lambdaName(lambda)}/lambda.ts';`}

export default defineTemplate({
  name: 'generated/${templateName(index)}',
  summary: 'Generated template ${index}',
  parameters: {
    Cidr: param.cidr({ description: 'Range of the VPC', default: '10.${index % 250}.0.0/16' }),
    Zone: param.zoneName({ description: 'Zone of the subnets' }),
    Audit: param.flag({ description: 'Keeps everything' }),
    ${upstream === undefined ? '' : `Vpc${upstream}: param.from(upstream, 'Vpc${upstream}'),`}
  },
  outputs: { Vpc${index}: output.vpcId('The VPC'), Group${index}: output.securityGroupId('The group') },
  build({ scope, params, bucket, logGroup, role${lambda === undefined ? '' : ', lambdaFunction'} }) {
    const vpc = new CfnVPC(scope, 'Vpc', { cidrBlock: params.Cidr, enableDnsHostnames: true, enableDnsSupport: when(params.Audit, true, false) });
    for (const name of ['A', 'B', 'C']) {
      new CfnSubnet(scope, \`Subnet\${name}\`, { vpcId: vpc.ref, availabilityZone: params.Zone, cidrBlock: '10.0.0.0/24' });
      new CfnRouteTable(scope, \`Routes\${name}\`, { vpcId: vpc.ref });
    }
    const group = new CfnSecurityGroup(scope, 'Group', { groupDescription: 'Members', vpcId: vpc.ref, securityGroupEgress: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '0.0.0.0/0' }] });
    new CfnTopic(scope, 'Topic', { displayName: 'Topic ${index}' });
    new CfnQueue(scope, 'Queue', { sqsManagedSseEnabled: true });
    logGroup('Logs', { retentionInDays: 30 });
    role('Reader', { service: 'ec2.amazonaws.com', description: 'Reads', policies: { read: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::example/*' }] } });
    bucket('Data', { purpose: 'data' });
    ${lambda === undefined ? '' : `lambdaFunction('Function', fn, { environment: { RETENTION_DAYS: '30' }, grants: { governed: ['arn:aws:logs:*:*:log-group:*'] }, logs: { retentionInDays: 7 } });`}
    return { Vpc${index}: vpc.ref, Group${index}: group.attrGroupId };
  },
});
`,
  };
}

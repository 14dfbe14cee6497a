import { GetDistributionCommand } from '@aws-sdk/client-cloudfront';
import { keyOf, partitionOf } from '@bitclouded/documents';
import { type Check, type Finding, fails, ok, warning } from '../check.ts';

const ANSWER_MS = 15_000;

/** Whether the distribution is deployed, carries the configured domain, and answers there. */
export const cdn: Check = {
  name: 'cdn',
  async run({ host, clients, fetch, signal }): Promise<readonly Finding[]> {
    if (host.cdn === undefined) {
      if (partitionOf(host.homeRegion) !== 'aws') return [ok('CDN', 'none: people read from S3')];
      return [
        warning(
          'CDN',
          'none in the configuration: people read from S3',
          'cdn: { domain, distributionId } of the host',
          `write what this prints into bitclouded.config.ts: npm run release -- host up --host ${host.name}`,
        ),
      ];
    }
    const { domain, distributionId } = host.cdn;
    const where = `distribution ${distributionId}`;
    try {
      const command = new GetDistributionCommand({ Id: distributionId });
      const { Distribution } = await clients.cloudFront(host.homeRegion).send(command, { abortSignal: signal });
      const { Status, DomainName, DistributionConfig } = Distribution ?? {};
      const names = [DomainName, ...(DistributionConfig?.Aliases?.Items ?? [])];
      if (!DistributionConfig?.Enabled)
        return [fails(where, 'disabled', 'an enabled distribution', 'enable it, or run host up again')];
      if (!names.includes(domain))
        return [
          fails(
            where,
            `it answers to ${names.filter(Boolean).join(', ')}`,
            domain,
            'correct cdn.domain in bitclouded.config.ts, or give Domain and CdnCertificateArn to artifact-host',
          ),
        ];
      const state =
        Status === 'Deployed'
          ? ok(where, `deployed, ${domain}`)
          : warning(where, `${Status}`, 'Deployed', 'wait: a change reaches all of CloudFront within minutes');
      return [state, await answer(domain, fetch, signal)];
    } catch (error) {
      if ((error as Error).name !== 'NoSuchDistribution') throw error;
      return [
        fails(where, 'no such distribution in this account', 'the one of artifact-host', 'correct cdn.distributionId'),
      ];
    }
  },
};

async function answer(domain: string, ask: typeof fetch, signal: AbortSignal): Promise<Finding> {
  const url = `https://${domain}/${keyOf.index()}`;
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const { status } = await ask(url, { signal: both, redirect: 'manual' });
    if (status === 200) return ok(url, 'answers 200');
    // The origin does not say whether an object is missing or closed.
    if (status === 403 || status === 404)
      return warning(
        url,
        `answers ${status}`,
        '200',
        'release once; if it stays so, look at the origin access control',
      );
    return fails(url, `answers ${status}`, '200', "look at the distribution's origin and behaviours");
  } catch (error) {
    signal.throwIfAborted();
    return fails(url, describeNetworkError(error), 'an answer', "look at the domain's DNS record and certificate");
  }
}

/** What `fetch` hides in its cause. */
export function describeNetworkError(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return `${name}: ${cause?.code ?? cause?.message ?? message}`;
}

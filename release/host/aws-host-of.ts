import type { AwsHost, Host } from '@bitclouded/documents';
import { ReleaseError } from '../release-error.ts';

/** @throws ReleaseError `host-not-aws` for a folder, which needs nothing made */
export function awsHostOf(host: Host): AwsHost {
  if (host.kind === 'aws') return host;
  throw new ReleaseError({
    code: 'host-not-aws',
    where: `host ${host.name}`,
    received: `kind ${host.kind}`,
    expected: 'kind aws: a folder needs nothing made',
    remedy: 'name a host of kind aws with --host, or add one to bitclouded.config.ts',
  });
}

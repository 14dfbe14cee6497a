import { invalidationOf } from '../cdn/invalidation.ts';
import { type Refreshed, refreshCdn } from '../cdn/refresh-cdn.ts';
import type { Reconciled } from '../promote/reconcile.ts';
import type { CommandContext } from './command.ts';
import { counted } from './counted.ts';

/** Lets the CDN show what the aliases follow now; a dry run says what it would do. Run again, it finishes what was left. */
export async function cdnStage(
  { host, dryRun, signal, emit }: CommandContext,
  { serial, indexSha256, channels }: Pick<Reconciled, 'serial' | 'indexSha256' | 'channels'>,
): Promise<Refreshed> {
  const state = indexSha256 === undefined ? undefined : { serial, indexSha256, channels };
  if (!dryRun || host.kind === 'folder' || host.cdn === undefined || state === undefined)
    return refreshCdn(host, state, signal, emit);
  const { paths } = invalidationOf(host.name, state);
  return {
    paths,
    notices: [`it would let ${host.cdn.domain} forget ${counted(paths.length, 'path')}: ${paths.join(' ')}`],
  };
}

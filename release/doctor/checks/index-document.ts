import { keyOf } from '@bitclouded/documents';
import { readIndex } from '../../promote/read-index.ts';
import { type Check, type Finding, fails, ok, warning } from '../check.ts';

const DAY_MS = 86_400_000;
/** Promotion renews an index that has less. */
const RENEWED_DAYS = 30;

/** Whether strangers can read the index, and it is this host's, whole and not expired. */
export const indexDocument: Check = {
  name: 'index',
  async run({ host, signed, anonymous, now, signal }): Promise<readonly Finding[]> {
    const where = keyOf.index();
    const stored = await readIndex(host, signed, signal);
    if (stored === undefined)
      return [warning(where, 'none', 'an index', `release once: npm run release -- --host ${host.name}`)];
    const seen = await anonymous.read(host.homeRegion, where, signal);
    if (seen === undefined)
      return [fails(where, 'there for the account, not for strangers', 'an object that everybody may read', HOST_UP)];
    const { index, signatures } = stored;
    const days = Math.floor((Date.parse(index.expires) - now().getTime()) / DAY_MS);
    const received = `serial ${index.serial}, ${index.releases.length} releases, until ${index.expires}`;
    const renew = `promote the newest release again: npm run release -- promote --host ${host.name}`;
    if (days < 0) return [fails(where, received, 'an index that has not expired', renew)];
    if (days < RENEWED_DAYS) return [warning(where, received, `${RENEWED_DAYS} days or more`, renew)];
    if (signatures === 0)
      return [warning(where, `${received}, unsigned`, 'a signed index', 'nobody vouches for it: give the host a key')];
    return [ok(where, `${received}, ${signatures} signatures`)];
  },
};

const HOST_UP = "look at the bucket's policy and at Block Public Access above";

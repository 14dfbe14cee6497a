import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Check, fails, ok, warning } from '../check.ts';

/** A signature is good for so long. Source: IAM User Guide, "Troubleshoot Signature Version 4 requests". */
const LIMIT_SECONDS = 5 * 60;
const WORTH_A_WORD_SECONDS = 30;

/** Whether this machine's clock agrees with the service's, as far as its answer tells. */
export const clock: Check = {
  name: 'clock',
  async run({ host, clients, now, signal }) {
    const client = clients.sts(host.homeRegion);
    let theirs: string | undefined;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        theirs = (result.response as { headers?: Record<string, string> }).headers?.date;
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'readDate', override: true },
    );
    try {
      await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    } finally {
      client.middlewareStack.remove('readDate');
    }
    const seconds = theirs === undefined ? Number.NaN : (now().getTime() - Date.parse(theirs)) / 1000;
    if (Number.isNaN(seconds))
      return [fails('clock', `no date in the answer (${theirs})`, 'an answer with a date', 'look at the endpoint')];
    const off = Math.abs(seconds);
    const received = `${Math.round(off)} s ${seconds < 0 ? 'behind' : 'ahead of'} the service`;
    const expected = `less than ${LIMIT_SECONDS} s off: signatures are refused beyond`;
    if (off >= LIMIT_SECONDS) return [fails('clock', received, expected, "set this machine's clock")];
    if (off >= WORTH_A_WORD_SECONDS) return [warning('clock', received, expected, "set this machine's clock")];
    return [ok('clock', received)];
  },
};

import { type Check, fails, ok } from '../check.ts';
import { describeNetworkError } from './cdn.ts';

const ANSWER_MS = 15_000;

/** Whether the registry of the images answers as registries do. Source: OCI Distribution Specification, "Determining Support". */
export const registry: Check = {
  name: 'registry',
  async run({ host, fetch, signal }) {
    const url = `https://${host.registry.split('/')[0]}/v2/`;
    try {
      const both = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const { status } = await fetch(url, { signal: both, redirect: 'manual' });
      // 401 asks for a token, which everybody gets from a public registry.
      if (status === 200 || status === 401) return [ok(url, `answers ${status}`)];
      return [fails(url, `answers ${status}`, '200 or 401', 'correct registry in bitclouded.config.ts')];
    } catch (error) {
      signal.throwIfAborted();
      return [fails(url, describeNetworkError(error), 'an answer', 'correct registry in bitclouded.config.ts')];
    }
  },
};

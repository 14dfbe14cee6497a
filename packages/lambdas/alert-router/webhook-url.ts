import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AlertRouterError } from './faults.ts';

/** How long the URL is kept in memory, in ms: a rotated one is taken up after this at the latest. */
const CACHE_MS = 5 * 60_000;

export interface WebhookUrl {
  /** @throws AlertRouterError if the secret holds no URL that may be posted to; errors of Secrets Manager as such */
  get(): Promise<URL>;
  /** Reads the secret anew the next time. */
  forget(): void;
}

/**
 * The URL in the secret, whose plain text it is. It is a secret itself: whoever has it can post. So it comes into
 * no log and no error.
 *
 * @param mayPost whether a URL may be posted to at all
 */
export function webhookUrl(
  secrets: SecretsManagerClient,
  secretArn: string,
  mayPost: (url: URL) => boolean,
): WebhookUrl {
  let cached: { readonly url: URL; readonly until: number } | undefined;
  return {
    async get() {
      if (cached && Date.now() < cached.until) return cached.url;
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
      // `new URL` would throw an error that holds its input.
      const url = URL.parse(SecretString?.trim() ?? '');
      if (!url || !mayPost(url)) throw secretError(secretArn);
      cached = { url, until: Date.now() + CACHE_MS };
      return url;
    },
    forget() {
      cached = undefined;
    },
  };
}

/** `fetch` refuses a URL with a user name or password, and repeats it in its message. */
export function isPlainHttps(url: URL): boolean {
  return url.protocol === 'https:' && !url.username && !url.password;
}

function secretError(secretArn: string): AlertRouterError {
  return new AlertRouterError([
    {
      code: 'bad-secret',
      where: secretArn,
      received: 'another text',
      expected: 'an https URL without user name and password, as the plain text of the secret',
      remedy: 'Put the URL of the webhook into the secret, with nothing around it.',
    },
  ]);
}

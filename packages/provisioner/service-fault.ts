import type { Fault } from '@bitclouded/documents';
import type { ProvisionErrorCode } from './provision-error.ts';

/** What an SDK error carries; network errors have a `code` alone. */
interface ServiceFailure extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

interface Kind {
  readonly code: ProvisionErrorCode;
  readonly names: RegExp;
  readonly expected: string;
  readonly remedy: string;
}

/**
 * By the names that the services and the SDK use. Source: each service's API reference, "Common errors".
 * The first that fits decides.
 */
const KINDS: readonly Kind[] = [
  {
    code: 'credentials-unusable',
    names:
      /^(?:CredentialsProviderError|TokenProviderError|ExpiredToken(?:Exception)?|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|RequestExpired|AuthFailure|InvalidAccessKeyId|TokenRefreshRequired|IncompleteSignature|MissingAuthenticationToken(?:Exception)?|RequestTimeTooSkewed)$/,
    expected: 'credentials that AWS accepts',
    remedy: 'sign in again (aws sso login), or set AWS_PROFILE or the AWS_ variables; check the clock',
  },
  {
    code: 'access-denied',
    names: /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|NotAuthorized|AuthorizationError|Forbidden)$/,
    expected: 'a caller who may do this',
    remedy: 'let the role do what the message names, or take another role',
  },
  {
    code: 'service-unavailable',
    names:
      /^(?:Throttling(?:Exception)?|TooManyRequestsException|RequestLimitExceeded|SlowDown|TimeoutError|RequestTimeout|InternalFailure|InternalError|ServiceUnavailable|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/,
    expected: 'an answer of the service',
    remedy: 'check the network, the region and the endpoint, then run the same command again',
  },
];

/**
 * What an error of an AWS client means.
 * @param where what was asked for, such as `eu-west-1 stack prod-vpc`
 * @returns undefined where the error comes from no service: it is a defect, or the caller's own abort
 */
export function serviceFault(cause: unknown, where: string): Fault<ProvisionErrorCode> | undefined {
  const failure = cause as Partial<ServiceFailure> | null | undefined;
  if (typeof failure?.message !== 'string' || failure.name === 'AbortError') return undefined;
  const { name = '', code = '', message, $metadata } = failure;
  const received = `${name}: ${message || code}`;
  const kind = KINDS.find(({ names }) => names.test(name) || names.test(code));
  if (kind) return { code: kind.code, where, received, expected: kind.expected, remedy: kind.remedy };
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return undefined;
  const { expected, remedy } = KINDS.at(-1)!;
  if (status >= 500) return { code: 'service-unavailable', where, received, expected, remedy };
  return {
    code: 'request-refused',
    where,
    received,
    expected: 'a request that the service takes',
    remedy: 'correct what the message names',
  };
}

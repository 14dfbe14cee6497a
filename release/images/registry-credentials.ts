import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ReleaseError } from '../release-error.ts';

/** `user:password` in Base64, as HTTP's Basic scheme sends it. */
export type Credentials = string;

/** Finds who speaks to a registry; undefined: nobody in particular. */
export type CredentialsOf = (registry: string) => Promise<Credentials | undefined>;

const authFile = z.looseObject({
  auths: z.record(z.string(), z.looseObject({ auth: z.string().optional() })).optional(),
});

/** Source: Amazon ECR User Guide, "Private registry concepts". */
const ECR = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

const ECR_PUBLIC = 'public.ecr.aws';
/** The one region that gives tokens. Source: Amazon ECR Public API Reference, "GetAuthorizationToken". */
const ECR_PUBLIC_REGION = 'us-east-1';

/**
 * Credentials as container tools find them: ECR, private or public, gives a token to whom AWS knows. Every other
 * registry, and ECR Public where AWS knows nobody, is looked up in the file that `docker login` and `podman login`
 * write.
 */
export function credentialsFrom(environment: NodeJS.ProcessEnv = process.env): CredentialsOf {
  return async (registry) => {
    const region = ECR.exec(registry)?.[1];
    if (region !== undefined) return ecrToken(region, registry);
    const token = registry === ECR_PUBLIC ? await ecrPublicToken() : undefined;
    return token ?? fromAuthFiles(registry, environment);
  };
}

/** As strangers come; a private ECR registry knows no strangers, and is asked as whoever runs this. */
export function forReaders(environment: NodeJS.ProcessEnv = process.env): CredentialsOf {
  const signed = credentialsFrom(environment);
  return async (registry) => (ECR.test(registry) ? signed(registry) : undefined);
}

/** Source: Amazon ECR API Reference, "GetAuthorizationToken": Base64 of `AWS:<password>`, valid for 12 hours. */
async function ecrToken(region: string, registry: string): Promise<Credentials> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const client = new ECRClient({ region });
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    return authorizationData![0]!.authorizationToken!;
  } catch (cause) {
    throw noToken(registry, 'ecr:GetAuthorizationToken', cause as Error);
  } finally {
    client.destroy();
  }
}

/** As a private registry's token. Who has no credentials of AWS gets none: everybody may read there. */
async function ecrPublicToken(): Promise<Credentials | undefined> {
  const { ECRPUBLICClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr-public');
  const client = new ECRPUBLICClient({ region: ECR_PUBLIC_REGION });
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    return authorizationData!.authorizationToken!;
  } catch (cause) {
    // The SDK's own word for it; an error of AWS itself has another name.
    if ((cause as Error).name === 'CredentialsProviderError') return undefined;
    const actions = 'ecr-public:GetAuthorizationToken, with sts:GetServiceBearerToken';
    const orElse = '; to read there alone, run this without credentials of AWS';
    throw noToken(ECR_PUBLIC, actions, cause as Error, orElse);
  } finally {
    client.destroy();
  }
}

/** Whatever the SDK says, it has no token: no credentials, expired ones, no right, no network. */
function noToken(registry: string, action: string, cause: Error, orElse = ''): ReleaseError {
  return new ReleaseError(
    {
      code: 'access-denied',
      where: registry,
      received: `${cause.name}: ${cause.message}`,
      expected: `a token of ${action}`,
      remedy: `sign in to the account of the registry, with the right to push there${orElse}`,
    },
    { cause },
  );
}

/** Source: containers-auth.json(5), and Docker's "docker login". Helpers of credentials are programs, and are not run. */
async function fromAuthFiles(registry: string, environment: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_RUNTIME_DIR } = environment;
  const files = [
    ...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers/auth.json')] : []),
    join(DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
  ];
  for (const file of files) {
    const found = (await readAuthFile(file))?.auths?.[registry]?.auth;
    if (found) return found;
  }
  return undefined;
}

async function readAuthFile(file: string): Promise<z.infer<typeof authFile> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return undefined;
  }
  const parsed = authFile.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new ReleaseError({
    code: 'credentials-invalid',
    where: file,
    received: 'something else',
    expected: 'a file of docker login or podman login',
    remedy: 'sign in to the registry again',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return undefined;
  }
}

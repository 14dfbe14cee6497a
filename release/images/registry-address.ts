/** Where a repository of a registry is asked. */
export interface RepositoryAddress {
  /** As references name it: `public.ecr.aws`, `127.0.0.1:5000`. */
  readonly registry: string;
  /** `namespace/name`. */
  readonly repository: string;
  /** `https://registry/v2/namespace/name`. */
  readonly url: string;
}

/** A reference by digest, in parts. */
export interface PinnedAddress extends RepositoryAddress {
  readonly digest: string;
}

/** Docker Hub's own name is not the name of its server. Source: distribution/reference, "normalize.go". */
const SERVERS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** @param reference `registry/namespace/name`, without tag and digest */
export function repositoryOf(reference: string): RepositoryAddress {
  const [registry = '', ...path] = reference.split('/');
  const repository = path.join('/');
  return { registry, repository, url: `${schemeOf(registry)}://${SERVERS[registry] ?? registry}/v2/${repository}` };
}

/** @param reference `registry/namespace/name[:tag]@sha256:…` */
export function pinnedOf(reference: string): PinnedAddress {
  const [named = '', digest = ''] = reference.split('@');
  return { ...repositoryOf(named.replace(/:[^:/]*$/, '')), digest };
}

/** On this very machine nobody listens in; everywhere else there is no way but TLS. */
function schemeOf(registry: string): 'http' | 'https' {
  return isLoopback(registry.replace(/:\d+$/, '')) ? 'http' : 'https';
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]';
}

import type { Convention, RepositoryFile, Violation } from './violation.ts';

/** Folders of people, of build machines and of workplaces. */
const MACHINE_PATH = /(?<![\w.$}/~-])(?:\/(?:home|root|Users|mnt|work)\/[\w.-]+|[A-Z]:\\+[\w.-]{3,})/g;
/** The registry from which everybody can install. */
const PUBLIC_REGISTRY = 'https://registry.npmjs.org/';

/**
 * The repository speaks of itself alone: no path of a machine on which somebody worked, no registry but the public one.
 * Paths inside an image are the image's own.
 */
export const machineNames: Convention = (files) =>
  files.flatMap((file) => [...checkPaths(file), ...checkRegistries(file)]);

function checkPaths({ path, text }: RepositoryFile): Violation[] {
  if (path.startsWith('packages/images/') || path === 'tools/conventions/machine-names.test.ts') return [];
  return text.split('\n').flatMap((line, index) =>
    (line.match(MACHINE_PATH) ?? []).map((received) => ({
      where: `${path}:${index + 1}`,
      received,
      remedy: "name it from the repository's root, or take it as an argument",
    })),
  );
}

function checkRegistries({ path, text }: RepositoryFile): Violation[] {
  const refuse = (received: string): Violation => ({
    where: path,
    received,
    remedy: `leave it out, or name ${PUBLIC_REGISTRY}: a mirror is a setting of its user`,
  });
  if (path.endsWith('package-lock.json')) {
    const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { resolved?: string }> };
    const addresses = Object.values(packages).flatMap(({ resolved }) => resolved ?? []);
    return addresses.filter((address) => address.includes(':') && !address.startsWith(PUBLIC_REGISTRY)).map(refuse);
  }
  if (/(?:^|\/)(?:\.npmrc|\.yarnrc\.yml|pip\.conf|requirements[^/]*)$/.test(path)) {
    const addresses = text.match(/(?:https?|git\+\w+|ssh):\/\/[^\s"']+/g) ?? [];
    return addresses.filter((address) => !address.startsWith(PUBLIC_REGISTRY)).map(refuse);
  }
  return [];
}

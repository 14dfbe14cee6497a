import { valid } from 'semver';
import type { Convention } from './violation.ts';

const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Every dependency is named by one version: an install today and one next year give the same files. */
export const exactVersions: Convention = (files) =>
  files
    .filter(({ path }) => /(?:^|\/)package\.json$/.test(path))
    .flatMap(({ path, text }) => {
      const sections = JSON.parse(text) as Partial<Record<string, Record<string, string>>>;
      return SECTIONS.flatMap((section) =>
        Object.entries(sections[section] ?? {})
          .filter(([, wanted]) => !isExact(wanted))
          .map(([name, wanted]) => ({
            where: path,
            received: `${section}: "${name}": "${wanted}"`,
            remedy: 'name one version, such as 1.2.3',
          })),
      );
    });

/** `1.2.3`, or another package under this name: `npm:name@1.2.3`. */
function isExact(wanted: string): boolean {
  const version = /^npm:(?:@[^/@]+\/)?[^/@]+@(.+)$/.exec(wanted)?.[1] ?? wanted;
  return valid(version) === version;
}

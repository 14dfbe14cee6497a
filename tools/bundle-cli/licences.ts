import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BundleError } from './bundle-error.ts';

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The texts of its licence files, in the order of their names. */
  readonly texts: readonly string[];
}

/**
 * The licences of what others wrote in a bundle, as one text: they ask to go with every copy.
 * @param inputs the files that were bundled, relative to the repository, as esbuild names them
 * @throws BundleError licence-missing with every package that has no licence's text
 */
export function thirdPartyLicences(repository: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const packages = [...folders].sort().map((folder) => readPackage(join(repository, folder)));
  const silent = packages.filter(({ texts }) => texts.length === 0);
  if (silent.length > 0)
    throw new BundleError(
      silent.map(({ name, version, license }) => ({
        code: 'licence-missing',
        where: `${name}@${version}`,
        received: `${license}, and no file with its text`,
        expected: 'a file such as LICENSE in the package',
        remedy: 'use another package, or ask its author for the text',
      })),
    );
  return packages
    .map(({ name, version, license, texts }) => [`${name} ${version} (${license})`, ...texts].join('\n\n'))
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n');
}

function readPackage(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return { name, version, license, texts };
}

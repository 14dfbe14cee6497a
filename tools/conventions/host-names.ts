import ts from 'typescript';
import { isTest } from './kinds-of-file.ts';
import { nodesOf, parseTypeScript } from './parse-typescript.ts';
import type { Convention, RepositoryFile } from './violation.ts';

const CONFIGURATION = 'bitclouded.config.ts';
/** Accounts that AWS's own documentation uses as examples. Source: AWS General Reference, "AWS account identifiers". */
const EXAMPLE_ACCOUNTS = ['123456789012', '111122223333', '444455556666', '777788889999', '999999999999'];

/** Canonical's accounts, whose images of Ubuntu are the same for every host. Source: Ubuntu on AWS documentation. */
const PUBLISHERS = ['099720109477', '837727238323', '513442679011'];

/** Names that only a host has. What a program puts together from a configuration has a `}` or a `>` before the domain. */
const NAMES_OF_HOSTS: readonly RegExp[] = [
  /(?<![\w.-])\d{12}(?![\w.-])/g,
  /[a-z0-9-]+\.s3[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?/g,
  /s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?\/[a-z0-9][a-z0-9.-]+/g,
  /\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/g,
  /public\.ecr\.aws\/[a-z0-9-]+/g,
  /\b[a-z0-9]+\.cloudfront\.net/g,
];

/** Who hosts is configuration: accounts, buckets, registries and domains stand in `bitclouded.config.ts` alone. */
export const hostNames: Convention = (files) => {
  const configured = configuredNames(files);
  return files
    .filter(({ path }) => path !== CONFIGURATION && !mayNameHosts(path))
    .flatMap(({ path, text }) => {
      // An image names the registries of those on which it is built.
      const patterns = /^packages\/images\/|\/generators\/image\//.test(path)
        ? configured
        : [...NAMES_OF_HOSTS, ...configured];
      return text.split('\n').flatMap((line, index) => {
        const names = patterns.flatMap((pattern) => line.match(pattern) ?? []).filter((name) => !isExample(name));
        return [...new Set(names)].map((name) => ({
          where: `${path}:${index + 1}`,
          received: name,
          remedy: `take it from the host's configuration (${CONFIGURATION}), or write a placeholder such as <account>`,
        }));
      });
    });
};

/** Tests and their servers invent hosts, examples of standards are strangers' templates; the lockfile is full of hashes. */
function mayNameHosts(path: string): boolean {
  return (
    isTest(path) ||
    path.startsWith('tools/e2e/') ||
    /^(?:packages\/standards\/rules|docs\/standards)\//.test(path) ||
    path.endsWith('package-lock.json')
  );
}

function isExample(name: string): boolean {
  return [...EXAMPLE_ACCOUNTS, ...PUBLISHERS].some((account) => name.includes(account));
}

/** The values of the configuration that name a host, each as a whole word. */
function configuredNames(files: readonly RepositoryFile[]): RegExp[] {
  const configuration = files.find(({ path }) => path === CONFIGURATION);
  if (!configuration) return [];
  return [...nodesOf(parseTypeScript(configuration))].flatMap((node) =>
    ts.isPropertyAssignment(node) &&
    ['account', 'registry', 'domain', 'distributionId'].includes(node.name.getText()) &&
    ts.isStringLiteralLike(node.initializer)
      ? [new RegExp(`(?<![\\w-])${node.initializer.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g')]
      : [],
  );
}

import { pinnedActions } from './pinned-actions.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const check = (uses: string, path = '.github/workflows/ci.yml') => {
  const text = path.includes('/actions/')
    ? `runs:\n  using: composite\n  steps:\n    - uses: ${uses}\n`
    : `jobs:\n  test:\n    steps:\n      - uses: ${uses}\n`;
  return describeViolations(pinnedActions([{ path, text }]));
};

describe('actions are pinned to a commit, with the version beside it', () => {
  it('in the repository', () => {
    expect(describeViolations(pinnedActions(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'actions/checkout@v7',
    'actions/checkout@main',
    'actions/checkout',
    `actions/checkout@${commit.slice(0, 12)} # v7.0.1`,
    `actions/checkout@${commit}`,
    `actions/checkout@${commit} # v7`,
    `actions/checkout@${commit} # pinned`,
    'docker://alpine:3',
  ])('refuses %s', (uses) => {
    expect(check(uses)).toEqual([expect.stringContaining('write owner/name@<commit of 40 digits> # v1.2.3')]);
    expect(check(uses, '.github/actions/set-up/action.yml')).toHaveLength(1);
  });

  it('looks at reusable workflows and at steps written in one line', () => {
    const text = 'jobs:\n  a: { uses: o/r/.github/workflows/x.yml@v1 }\n  b: { steps: [{ uses: o/r@v2 }] }\n';
    expect(pinnedActions([{ path: '.github/workflows/x.yaml', text }])).toHaveLength(2);
  });

  it.each([
    `actions/checkout@${commit} # v7.0.1`,
    `github/codeql-action/init@${commit} # v4.1.0`,
    './.github/actions/set-up',
    `docker://alpine@sha256:${'0'.repeat(64)}`,
  ])('takes %s', (uses) => expect(check(uses)).toEqual([]));
});

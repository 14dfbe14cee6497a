import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { packerFolder } from '../../../packer/find-packer.ts';
import { copyWorkspace, nx, removeWorkspace } from '../../testing/copied-workspace.ts';
import { repository, writeFiles } from '../../testing/temporary-workspace.ts';

const BASE = `example.com/base:1@sha256:${'a'.repeat(64)}`;
const image = (name: string, variety: string, bases: string): string => `import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: '${name}',
  summary: 'A box',
  variety: '${variety}',
  version: '1',
  architectures: ['x86_64'],
  bases: ['${bases}'],
  smokeTest: ['true'],
});
`;
const unit = (name: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ 'README.md': `# ${name}\n`, ...files }).map(([file, text]) => [
      `packages/images/${name}/${file}`,
      text,
    ]),
  );
const DOCKERFILE = `FROM ${BASE}\nUSER 10001\n`;
const MACHINE = `variable "region" { type = string }
variable "ami_name" { type = string }

source "amazon-ebs" "machine" {
  region        = var.region
  source_ami    = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  ami_name      = var.ami_name
  communicator  = "none"
}

build {
  sources = ["source.amazon-ebs.machine"]
}
`;
const LINT = ['run-many', '-t', 'lint', '--output-style', 'static'];
const STAMP = 'tools/e2e/.venv/stamp';

let root: string;
beforeAll(() => {
  root = copyWorkspace({
    ...unit('box', {
      'image.ts': image('box', 'container', BASE),
      Dockerfile: DOCKERFILE,
      'start.sh': '#!/bin/sh\nset -eu\n',
    }),
    ...unit('other', { 'image.ts': image('other', 'container', BASE), Dockerfile: DOCKERFILE }),
  });
  // The linters that this repository's own set-up has installed.
  mkdirSync(join(root, 'tools/e2e/.venv'));
  symlinkSync(join(repository, 'tools/e2e/.venv/bin'), join(root, 'tools/e2e/.venv/bin'));
  copyFileSync(join(repository, STAMP), join(root, STAMP));
});
afterAll(() => removeWorkspace(root));

test('is cached for each image alone, its page included', () => {
  expect(nx(root, LINT)).toMatchObject({ exitCode: 0, ran: ['image/box:lint', 'image/other:lint'] });
  expect(nx(root, LINT)).toMatchObject({ exitCode: 0, ran: [] });
  appendFileSync(join(root, 'packages/images/box/README.md'), '\nMore.\n');
  expect(nx(root, LINT)).toMatchObject({ ran: ['image/box:lint'], cached: ['image/other:lint'] });
});

test('what was found without a linter is no word on it: the target runs again where it is there', () => {
  const stamp = readFileSync(join(root, STAMP));
  rmSync(join(root, STAMP));
  const without = nx(root, LINT, { environment: { CI: '' } });
  expect(without).toMatchObject({ exitCode: 0, ran: ['image/box:lint', 'image/other:lint'] });
  expect(without.output).toContain(
    'packages/images/box was not looked at by hadolint and shellcheck: npm run e2e:setup',
  );
  const inPipeline = nx(root, LINT, { environment: { CI: 'true' } });
  expect(inPipeline.exitCode).not.toBe(0);
  expect(inPipeline.output).toContain('linter-missing');
  writeFileSync(join(root, STAMP), stamp);
  expect(nx(root, LINT)).toMatchObject({ exitCode: 0, ran: [] });
});

test("names the linters' own findings by file and line, and only where they are", () => {
  writeFiles(root, {
    'packages/images/box/Dockerfile': `${DOCKERFILE}RUN cd /tmp && true\nUSER 10001\n`,
    'packages/images/box/start.sh': '#!/bin/sh\nset -eu\ncd $1\n',
  });
  const { exitCode, output, ran } = nx(root, LINT);
  expect(exitCode).not.toBe(0);
  expect(ran).toEqual(['image/box:lint']);
  expect(output).toContain('packages/images/box/Dockerfile:3 DL3003: standard-broken');
  expect(output).toContain('packages/images/box/start.sh:3 SC2086: standard-broken');
  expect(output).toContain('https://www.shellcheck.net/wiki/SC2086');
});

// It is built once, in some minutes: by whoever bakes, and by the tests of machine images.
const withPacker = existsSync(packerFolder(repository)) ? test : test.skip;
withPacker("holds a machine's template against Packer's form and rules, and asks nothing of AWS", () => {
  const file = 'packages/images/machine/image.pkr.hcl';
  const lint = (text: string) => {
    writeFiles(root, {
      ...unit('machine', { 'image.ts': image('machine', 'machine', 'ubuntu'), 'image.pkr.hcl': text }),
    });
    return nx(root, ['run', 'image/machine:lint']);
  };
  expect(lint(MACHINE)).toMatchObject({ exitCode: 0 });
  const unformatted = lint(MACHINE.replace('region        =', 'region ='));
  expect(unformatted.output).toContain(`${file} packer-fmt: standard-broken`);
  const invalid = lint(MACHINE.replace('instance_type = "t3.micro"', 'instant_type  = "t3.micro"'));
  expect(invalid.output).toMatch(/image\.pkr\.hcl:\d+ packer-validate: standard-broken/);
  expect(invalid.output).toContain('instant_type');
});

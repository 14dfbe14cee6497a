import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serialise, type TemplateInterface } from '@bitclouded/documents';

const BIN = join(__dirname, '..', 'bin.ts');

const parameter = {
  kind: 'keyArn',
  type: 'String',
  description: 'The key',
  group: 'Key',
  label: 'Key',
  secret: false,
} as const;

function face(name: string, parameters: TemplateInterface['parameters'], outputs: string[] = []): TemplateInterface {
  return {
    schema: 'bitclouded.interface/1',
    kind: 'template',
    name,
    summary: `What ${name} is`,
    scope: 'environment',
    instance: 'shared',
    requires: {},
    parameters,
    outputs: outputs.map((output) => ({ name: output, kind: 'keyArn', description: output })),
    conditions: [],
    resources: [],
    lambdas: [],
    images: [],
    exceptions: [],
    connections: [],
    allowances: [],
  };
}

const CATALOGUE = [
  face('foundation/kms', [{ ...parameter, name: 'Alias', kind: 'text', description: 'A name' }], ['KeyArn']),
  face('datastore/files', [
    {
      ...parameter,
      name: 'KeyArn',
      default: '',
      wiring: { template: 'foundation/kms', output: 'KeyArn', grade: 'recommended' },
    },
  ]),
];

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'needs-')));
  for (const each of CATALOGUE)
    for (const path of [
      `dist/templates/${each.name}/interface.json`,
      `host/v1.0.0/interfaces/templates/${each.name}.json`,
    ]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), serialise('interface', each));
    }
  mkdirSync(join(folder, 'empty'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program as a shell would, with no terminal. */
function run(...args: string[]): { code: number; out: string; err: string } {
  try {
    const out = execFileSync(process.execPath, [BIN, 'needs', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return { code: 0, out, err: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout, err: stderr };
  }
}

describe('bitclouded needs', () => {
  it('shows stacks wave by wave, what they take, and what they ask for', () => {
    expect(run('datastore/files').out).toBe(`Wave 1
  foundation/kms
    asks  Alias: A name

Wave 2
  datastore/files
    takes KeyArn of foundation/kms (works without)

2 stacks in 2 waves
`);
  });

  it('leaves out what is recommended, and reads a published version', () => {
    const { out } = run('datastore/files', '--minimal', '--json', '--catalogue', 'host/v1.0.0');
    expect(JSON.parse(out)).toMatchObject({
      schema: 'bitclouded.needs/1',
      template: 'datastore/files',
      minimal: true,
      waves: 1,
      stacks: [{ template: 'datastore/files', inputs: [] }],
    });
  });

  it('draws', () =>
    expect(run('datastore/files', '--svg').out).toMatch(/^<svg [\s\S]+foundation\/kms[\s\S]+<\/svg>\n$/));

  it('refuses a name that is none, without a stack trace', () => {
    const { code, out, err } = run('storage/files');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/template-unknown\n\s+received\s+storage\/files\n\s+expected\s+such as datastore\/files/);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('says where a catalogue is missing', () => {
    const { code, err } = run('datastore/files', '--catalogue', 'empty');
    expect(code).toBe(2);
    expect(err).toContain('npm run build');
  });

  it('refuses two forms at once', () => expect(run('datastore/files', '--json', '--svg').code).toBe(2));
});

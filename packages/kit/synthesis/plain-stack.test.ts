import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** In a process of its own, whose temporary folder is its own; CDK would tidy up at its end. */
const PROGRAM = `
  import { readdirSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { plainStack } from ${JSON.stringify(pathToFileURL(join(__dirname, 'plain-stack.ts')))};
  const { Resources } = plainStack('Nothing').resolved();
  console.log(JSON.stringify([tmpdir(), Resources ?? null, readdirSync(tmpdir())]));
`;

describe('a plain stack', () => {
  it('leaves nothing in the temporary folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plain-stack-'));
    try {
      const env = { ...process.env, TMPDIR: folder };
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { env, encoding: 'utf8' });
      expect(JSON.parse(said)).toEqual([folder, null, []]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

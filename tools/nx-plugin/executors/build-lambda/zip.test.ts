import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { sha256Of } from '@bitclouded/documents';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { HANDLER_FILE, zip } from './zip.ts';

test('holds the code under the name that Lambda is told', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (code) => {
      const files = unzipSync(zip(code));
      expect(Object.keys(files)).toEqual([HANDLER_FILE]);
      expect(Buffer.from(files[HANDLER_FILE]!).equals(code)).toBe(true);
    }),
  );
});

test('has the same bytes in every time zone and under every umask', () => {
  const code = Buffer.from('export const handler = () => 1;');
  const program = `
    process.umask(0o077);
    import { createHash } from 'node:crypto';
    const { zip } = await import(process.argv[1]);
    process.stdout.write(createHash('sha256').update(zip(Buffer.from(process.argv[2]))).digest('hex'));`;
  for (const TZ of ['Pacific/Auckland', 'America/Los_Angeles', 'UTC'])
    expect(
      execFileSync(
        process.execPath,
        ['--input-type=module', '--eval', program, join(__dirname, 'zip.ts'), code.toString()],
        { encoding: 'utf8', env: { ...process.env, TZ } },
      ),
    ).toBe(sha256Of(zip(code)));
});

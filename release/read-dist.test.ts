import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '@bitclouded/documents';
import { readDist } from './read-dist.ts';
import { failureOf, inFolder } from './testing/in-folder.ts';
import { SMALL_DIST, writeDist } from './testing/write-dist.ts';

/** The faults of a small dist after a test did something to it. */
async function faultsAfter(
  harm: (folder: string) => Promise<unknown>,
): Promise<readonly (readonly [string, string])[]> {
  let faults: readonly (readonly [string, string])[] = [];
  await inFolder(async (folder) => {
    await writeDist(folder, SMALL_DIST);
    await harm(folder);
    const failure = await failureOf(readDist(folder));
    faults = failure.faults.map(({ code, where }) => [code, where.replace(`${folder}/`, '')] as const);
  });
  return faults;
}

test('reads every unit, sorted, with its files', () =>
  inFolder(async (folder) => {
    await writeDist(folder, SMALL_DIST);
    const { units } = await readDist(folder);
    expect(units.map(({ reference }) => reference)).toEqual([
      'image:aws-util',
      'lambda:log-governor',
      'template:analytics/logs-store',
      'template:networking/vpc',
    ]);
    expect(units[1]!.files.get('function.zip')!.toString()).toBe('governor');
  }));

test('the hash of a build depends on its files and on nothing else', () =>
  inFolder(async (folder) => {
    const [one, two] = [join(folder, 'one'), join(folder, 'a second')];
    await writeDist(one, SMALL_DIST);
    await cp(one, two, { recursive: true });
    await mkdir(join(two, 'host'));
    const { distSha256 } = await readDist(one);
    expect((await readDist(two)).distSha256).toBe(distSha256);
    await writeDist(
      two,
      SMALL_DIST.map((unit) => (unit.kind === 'image' ? { ...unit, context: 'another' } : unit)),
    );
    expect((await readDist(two)).distSha256).not.toBe(distSha256);
  }));

test('a folder without a built unit asks for a build', () =>
  inFolder(async (folder) => {
    expect((await failureOf(readDist(folder))).code).toBe('dist-empty');
  }));

test('names a changed, a missing and an extra file of a unit, and all at once', async () => {
  const faults = await faultsAfter(async (folder) => {
    await writeFile(join(folder, 'templates/networking/vpc/template.yaml'), 'Resources: {}\n');
    await rm(join(folder, 'lambdas/log-governor/function.zip'));
    await writeFile(join(folder, 'images/aws-util/Dockerfile'), '');
    await symlink('/etc/hostname', join(folder, 'templates/analytics/logs-store/link'));
    await writeFile(join(folder, 'templates/analytics/stray.yaml'), '');
  });
  expect(faults).toEqual([
    ['dist-file-unexpected', 'images/aws-util/Dockerfile'],
    ['dist-file-missing', 'lambdas/log-governor/function.zip'],
    ['dist-file-unexpected', 'templates/analytics/stray.yaml'],
    ['dist-file-unexpected', 'templates/analytics/logs-store/link'],
    ['dist-file-differs', 'templates/networking/vpc/template.yaml'],
    ['dist-stale', expect.stringMatching(/^template:analytics\/logs-store/)],
  ]);
});

test('a unit without its build record is missing a file', async () => {
  expect(await faultsAfter((folder) => rm(join(folder, 'templates/networking/vpc/build.json')))).toEqual([
    ['dist-file-missing', 'templates/networking/vpc/build.json'],
  ]);
});

test('refuses a unit that is not named like its folder', async () => {
  const faults = await faultsAfter((folder) =>
    rename(join(folder, 'templates/networking/vpc'), join(folder, 'templates/networking/net')),
  );
  expect(faults).toEqual([
    ['unit-misnamed', 'templates/networking/net/interface.json'],
    ['unit-misnamed', 'templates/networking/net/build.json'],
  ]);
});

test('refuses a template that was built against another zip', async () => {
  const faults = await faultsAfter((folder) =>
    writeDist(folder, [{ kind: 'lambda', name: 'log-governor', code: 'a newer governor' }]),
  );
  expect(faults).toEqual([['dist-stale', expect.stringMatching(/^template:analytics\/logs-store/)]]);
});

test('refuses a template whose function was not built', async () => {
  const faults = await faultsAfter((folder) => rm(join(folder, 'lambdas'), { recursive: true }));
  expect(faults).toEqual([['unit-unknown', expect.stringMatching(/^template:analytics\/logs-store/)]]);
});

test('a template may be built against the wiring alone of another one', () =>
  inFolder(async (folder) => {
    const wiring = '{ "name": "networking/vpc" }\n';
    await mkdir(join(folder, 'wiring/networking'), { recursive: true });
    await writeFile(join(folder, 'wiring/networking/vpc.json'), wiring);
    await writeDist(folder, [
      { kind: 'template', name: 'networking/vpc', text: 'Resources: {}\n' },
      { kind: 'template', name: 'networking/subnets', text: 'Resources: {}\n', uses: ['template:networking/vpc'] },
    ]);
    await expect(readDist(folder)).resolves.toBeDefined();
    const path = join(folder, 'templates/networking/subnets/build.json');
    const record = JSON.parse(await readFile(path, 'utf8'));
    record.uses[0].sha256 = sha256Of(wiring);
    await writeFile(path, JSON.stringify(record));
    await expect(readDist(folder)).resolves.toBeDefined();
    await writeFile(join(folder, 'wiring/networking/vpc.json'), '{}');
    expect((await failureOf(readDist(folder))).code).toBe('dist-stale');
  }));

test('a damaged document is named with its file', async () => {
  const faults = await faultsAfter(async (folder) => {
    await writeFile(join(folder, 'images/aws-util/build.json'), '{');
    await writeFile(join(folder, 'templates/networking/vpc/build.json'), '{"schema":"bitclouded.build/2"}');
  });
  expect(faults).toEqual([
    ['document-not-json', 'images/aws-util/build.json'],
    ['document-newer-schema', 'templates/networking/vpc/build.json'],
  ]);
});

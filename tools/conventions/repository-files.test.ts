import { repositoryFiles } from './repository-files.ts';

describe('repositoryFiles', () => {
  const files = repositoryFiles();
  const paths = files.map(({ path }) => path);

  it('lists what belongs to the repository, each once and in order, with its text', () => {
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'tools/conventions/repository-files.ts']));
    expect(paths).toEqual([...new Set(paths)].sort());
    expect(files.find(({ path }) => path === 'package.json')!.text).toContain('"name": "bitclouded"');
  });

  it('leaves out what is installed or built', () => {
    expect(paths.filter((path) => /(?:^|\/)(?:node_modules|dist|\.nx)\//.test(path))).toEqual([]);
  });
});

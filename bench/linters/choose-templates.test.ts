import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chooseTemplates } from './choose-templates.ts';

const queue = (name: string) => `Resources: { Q: { Type: AWS::SQS::Queue, Metadata: { Name: ${name} } } }\n`;
const FILES = {
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`large/q${index}.yaml`, queue(`l${index}`)])),
  'small/only.json': '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}',
  'small/again.template': '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}',
  'small/sam.yaml': 'Transform: AWS::Serverless-2016-10-31\nResources: { F: { Type: AWS::Serverless::Function } }\n',
  'small/other.yaml': 'services: { web: {} }\n',
  'small/broken.yaml': 'AWSTemplateFormatVersion: 2010-09-09\nResources: [\n',
  'small/.hidden/x.yaml': queue('hidden'),
  'small/text.txt': queue('text'),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'choose-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));
const paths = (count: number, seed: string) => chooseTemplates(folder, count, seed).map(({ path }) => path);

test('the same seed chooses the same, another seed others', () => {
  expect(paths(6, 'a')).toEqual(paths(6, 'a'));
  expect(paths(6, 'a')).not.toEqual(paths(6, 'b'));
});

test('each folder has its turn, and a template that is there twice is chosen once', () => {
  const chosen = paths(5, 'a');
  expect(chosen.filter((path) => path.startsWith('small/'))).toHaveLength(1);
  expect(chosen.filter((path) => path.startsWith('large/'))).toHaveLength(4);
});

test('only templates are chosen whose resources are known, all of them where they are few', () => {
  const all = paths(100, 'a');
  expect(all).toHaveLength(21);
  expect(all.filter((path) => path.startsWith('small/'))).toEqual([
    expect.stringMatching(/only\.json|again\.template/),
  ]);
});

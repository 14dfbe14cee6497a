import { KitError } from '../kit-error.ts';
import { defineImage, type Image } from './image.ts';

const pinned = `registry.example.com/team/base:1.2@sha256:${'0'.repeat(64)}` as const;
const image = {
  name: 'box',
  summary: 'A box',
  variety: 'container',
  version: '1.2.3',
  architectures: ['x86_64', 'arm64'],
  bases: [pinned],
  smokeTest: ['true'],
} as const satisfies Image;

function codesOf(definition: Image): readonly string[] {
  try {
    defineImage(definition);
  } catch (error) {
    if (error instanceof KitError) return error.faults.map(({ code }) => code);
    throw error;
  }
  return [];
}

test('gives a definition back as it is', () => {
  expect(defineImage(image)).toBe(image);
});

test('a machine image names what it is built on as Packer finds it', () => {
  expect(codesOf({ ...image, variety: 'machine', bases: ['ubuntu/images/*24.04*'] })).toEqual([]);
});

test.each<[string, Image]>([
  ['base-unpinned', { ...image, bases: ['registry.example.com/base:1@sha256:0'] }],
  ['base-unpinned', { ...image, variety: 'mirrored', bases: [`base:1@sha256:${'0'.repeat(64)}`] }],
  ['tag-invalid', { ...image, version: '1.2+3' }],
  ['tag-invalid', { ...image, version: '' }],
  ['architecture-twice', { ...image, architectures: ['arm64', 'arm64'] }],
  ['name-invalid', { ...image, name: 'Box' }],
])('refuses %s', (code, definition) => {
  expect(codesOf(definition)).toEqual([code]);
});

test('reports every fault at once', () => {
  expect(codesOf({ ...image, version: '', bases: ['a:1@sha256:'], architectures: ['arm64', 'arm64'] })).toEqual([
    'tag-invalid',
    'architecture-twice',
    'base-unpinned',
  ]);
});

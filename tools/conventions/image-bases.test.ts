import { imageBases } from './image-bases.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const check = (text: string, path = 'packages/images/a/Dockerfile') => describeViolations(imageBases([{ path, text }]));

describe('images are built on digests', () => {
  it('in the repository', () => {
    expect(describeViolations(imageBases(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'FROM alpine',
    'FROM alpine:3.22',
    'from alpine:3.22 as build',
    'FROM --platform=$BUILDPLATFORM alpine:3.22',
    'FROM \\\n  alpine:3.22',
    'ARG BASE=alpine:3.22\nFROM ${BASE}',
    'ARG BASE\nFROM $BASE',
    `ARG TAG=3@${digest}\nFROM alpine:\${TAG}`,
    `FROM alpine@${digest.slice(0, 30)}`,
    `FROM alpine@${digest}\nCOPY --from=busybox:1 /bin/sh /bin/sh`,
    `FROM alpine@${digest}\nRUN --mount=type=bind,from=busybox:1,target=/b true`,
    `# syntax=docker/dockerfile:1\nFROM alpine@${digest}`,
  ])('refuses %j', (text) => {
    expect(check(text)).toEqual([expect.stringContaining('name it by digest: name:tag@sha256:…')]);
    expect(check(text, 'packages/images/a/Dockerfile.test')).toHaveLength(1);
  });

  it.each([
    `FROM alpine:3.22@${digest}`,
    `ARG BASE=alpine:3.22@${digest}\nFROM \${BASE} AS build\nFROM $BASE`,
    `FROM --platform=linux/amd64 alpine@${digest} AS build\nFROM scratch\nCOPY --from=build /a /a`,
    `FROM alpine@${digest}\nCOPY --from=0 /a /a\n# FROM alpine:3.22`,
    `FROM alpine@${digest}\nRUN --mount=type=bind,from=docker.io/busybox@${digest},target=/b true`,
    `# syntax=docker/dockerfile:1@${digest}\nFROM alpine@${digest}`,
  ])('takes %j', (text) => expect(check(text)).toEqual([]));
});

import { choose } from './choose.ts';
import { readProfile } from './read-profile.ts';
import type { Standard } from './standard.ts';
import { StandardsError } from './standards-error.ts';

const known = new Set(['imdsv2', 'iam-path']);
const read = (text: string) => readProfile(Buffer.from(text), 'profile.yaml', known);
const standards = [
  { name: 'imdsv2', audience: 'everyone', severity: 'error' },
  { name: 'iam-path', audience: 'house', severity: 'warning' },
] as unknown as Standard[];
const chosen = (...given: Parameters<typeof choose>): string[] =>
  choose(...given).map(({ standard, severity }) => `${standard.name} ${severity}`);

describe('a profile', () => {
  it('is everything, or what is sensible for strangers', () => {
    expect(chosen(standards, 'all')).toEqual(['imdsv2 error', 'iam-path warning']);
    expect(chosen(standards, 'public')).toEqual(['imdsv2 error']);
  });

  it('chooses standards and severities by name', () => {
    expect(
      chosen(standards, read('schema: bitclouded.profile/1\nstandards: { iam-path: note, imdsv2: none }')),
    ).toEqual(['iam-path note']);
    expect(chosen(standards, read('{"schema": "bitclouded.profile/1", "extends": "all"}'))).toEqual([
      'imdsv2 error',
      'iam-path warning',
    ]);
    expect(chosen(standards, read('schema: bitclouded.profile/1\nstandards: { iam-path: default }'))).toHaveLength(2);
  });

  it.each([
    ['an unknown standard', 'schema: bitclouded.profile/1\nstandards:\n  imdsv3: error', 3, 3, 'imdsv3'],
    ['an unknown severity', 'schema: bitclouded.profile/1\nstandards:\n  imdsv2: loud', 3, 11, 'loud'],
    ['another schema', 'schema: bitclouded.profile/2', 1, 9, 'bitclouded.profile/2'],
    ['a word that it does not know', 'schema: bitclouded.profile/1\nextend: all', 1, 1, 'a map'],
    ['a list of standards', 'schema: bitclouded.profile/1\nstandards: [imdsv2]', 2, 12, 'a list'],
    ['a text', 'imdsv2', 1, 1, 'imdsv2'],
  ])('refuses %s, with its place', (_, text, line, column, received) => {
    try {
      read(text);
    } catch (error) {
      expect(error).toBeInstanceOf(StandardsError);
      expect((error as StandardsError).faults).toMatchObject([
        {
          code: 'profile-invalid',
          line,
          column,
          received,
          expected: expect.stringMatching(/./),
          remedy: 'correct the profile',
        },
      ]);
    }
    expect.assertions(2);
  });
});

/** A secret that was found in a text; its value is never told. */
export interface FoundSecret {
  readonly kind: string;
  /** From 1. */
  readonly line: number;
}

/**
 * What secrets look like. Each is long and marked, so that ordinary text does not look so.
 * Sources: AWS IAM User Guide, "Unique identifiers"; RFC 7468; the token formats that GitHub, GitLab, Slack and npm publish.
 */
const KINDS: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  {
    kind: 'an AWS secret access key',
    pattern: /aws_?secret_?access_?key["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
  },
  {
    kind: 'a private key',
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+(?:[A-Za-z-]+: .*\s+)*[A-Za-z0-9+/=\s]{128}/g,
  },
  { kind: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/g },
  { kind: 'a GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g },
  { kind: 'a Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/g },
  { kind: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
];

/** The keys that documentation uses, which stand in every SDK. */
const EXAMPLES = /EXAMPLE/i;

/** Finds secrets in a file, text or not: a key inside a program is a key all the same. */
export function secretsIn(bytes: Uint8Array): readonly FoundSecret[] {
  // One character a byte, so that nothing is lost.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return KINDS.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)]
      .filter(([found]) => !EXAMPLES.test(found))
      .map(({ index }) => ({ kind, line: text.slice(0, index).split('\n').length })),
  );
}

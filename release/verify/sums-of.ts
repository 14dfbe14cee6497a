import { type FileArtifact, keyOf } from '@bitclouded/documents';

/** The text that `SHA256SUMS` of a version must have: every file but itself, in the order of code units. */
export function sumsOf(hosted: readonly FileArtifact[], version: string, manifestSha256: string): string {
  const files = [
    ...hosted.map(({ key, sha256 }) => ({ key, sha256 })),
    { key: keyOf.manifest(version), sha256: manifestSha256 },
  ].sort((a, b) => (a.key < b.key ? -1 : 1));
  return files.map(({ key, sha256 }) => `${sha256}  ${key}\n`).join('');
}

import { keyOf, type Manifest } from '@bitclouded/documents';

/** One object of a version and its copy under a channel. */
export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly sha256: string;
  readonly template: boolean;
}

/** The copies that a channel consists of, `alias.json` left out: every object of the version's folder that the manifest names, and the manifest. */
export function copiesOf(manifest: Manifest, manifestSha256: string, channel: string): readonly Copy[] {
  const { version } = manifest;
  const from = keyOf.manifest(version);
  const own = { from, to: keyOf.alias(channel, version, from), sha256: manifestSha256, template: false };
  const copies = manifest.artifacts.flatMap((artifact): Copy[] =>
    artifact.kind === 'image' || artifact.kind === 'lambda'
      ? []
      : [
          {
            from: artifact.key,
            to: keyOf.alias(channel, version, artifact.key),
            sha256: artifact.sha256,
            template: artifact.kind === 'template',
          },
        ],
  );
  return [...copies, own];
}

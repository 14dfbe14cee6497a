import { createHash } from 'node:crypto';
import type { Artifact, FileArtifact, Manifest, ReleaseIndex } from '@bitclouded/documents';
import type { StoredIndex } from '../promote/read-index.ts';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; }
th, td { border-bottom: 1px solid; padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
`;

/** What the page's Content-Security-Policy allows as style: this one, by its hash. */
export const STYLE_SOURCE = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

/**
 * The host's page: channels, releases and artifacts with their addresses.
 * @param manifests by version; a release without one is shown without its artifacts
 */
export function pageOf(
  host: string,
  stored: StoredIndex | undefined,
  manifests: ReadonlyMap<string, Manifest>,
): string {
  if (stored === undefined) return html(host, '<p>Nothing was released here yet.</p>');
  const { index, signatures } = stored;
  const vouched = signatures > 0 ? 'signed' : 'unsigned: this host has no signing key, so nobody vouches for it';
  return html(
    host,
    `<p>The <a href="/index.json">index</a> has serial ${index.serial}, is ${vouched}, and is valid until
${escaped(index.expires.slice(0, 10))}.</p>
<h2>Channels</h2>
${channelsTable(index)}
<h2>Releases</h2>
${index.releases
  .toReversed()
  .map((release, i) => releaseSection(release, manifests.get(release.version), i === 0))
  .join('\n')}`,
  );
}

/** The page of a host whose index cannot be read. */
export function unreadablePage(host: string, message: string): string {
  return html(host, `<p>The index cannot be read:</p>\n<pre>${escaped(message)}</pre>`);
}

function html(host: string, body: string): string {
  const title = `Releases on ${escaped(host)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

function channelsTable({ channels, pins }: ReleaseIndex): string {
  const rows = Object.entries(channels).map(([channel, version]) => {
    const pin = pins[channel];
    return [
      `<a href="/${escaped(channel)}/manifest.json">${escaped(channel)}</a>`,
      escaped(version),
      pin === undefined ? 'greatest release' : `pinned: ${escaped(pin.reason)}`,
    ];
  });
  if (rows.length === 0) return '<p>None: prereleases and development versions move no channel.</p>';
  return table('Channels and the releases that they point to', ['Channel', 'Version', 'Follows'], rows);
}

function releaseSection(
  { version, manifestSha256, yanked }: ReleaseIndex['releases'][number],
  manifest: Manifest | undefined,
  open: boolean,
): string {
  const why = yanked === undefined ? '' : ` (yanked: ${escaped(yanked)})`;
  return `<details${open ? ' open' : ''}>
<summary>${escaped(version)}${why}</summary>
<p><a href="/v${escaped(version)}/manifest.json">Manifest</a>, SHA-256 <code>${escaped(manifestSha256)}</code></p>
${manifest === undefined ? '<p>Its manifest cannot be read.</p>' : artifactTables(manifest)}
</details>`;
}

const TITLES: Readonly<Record<FileArtifact['kind'], string>> = {
  template: 'Templates',
  lambda: 'Functions',
  interface: 'Interfaces',
  policy: 'Policies',
  schema: 'Schemas',
};

function artifactTables({ artifacts }: Manifest): string {
  const hosted = (Object.keys(TITLES) as FileArtifact['kind'][]).map((kind) => {
    const rows = artifacts
      .filter((artifact): artifact is FileArtifact => artifact.kind === kind)
      .map(({ name, url, key }) => [escaped(name), `<a href="/${escaped(key)}">${escaped(url)}</a>`]);
    return rows.length === 0 ? '' : table(TITLES[kind], ['Name', 'Address'], rows);
  });
  const images = artifacts
    .filter((artifact): artifact is Artifact & { kind: 'image' } => artifact.kind === 'image')
    .map(({ name, reference, locked }) => [
      escaped(name),
      escaped(reference),
      locked ? 'by digest' : 'by tag: not hosted',
    ]);
  return [...hosted, images.length === 0 ? '' : table('Images', ['Name', 'Reference', 'Bound'], images)]
    .filter((text) => text !== '')
    .join('\n');
}

/** @param rows cells that are HTML already */
function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  const body = rows.map(([first, ...rest]) => {
    const cells = rest.map((cell) => `<td>${cell}</td>`).join('');
    return `<tr><th scope="row">${first}</th>${cells}</tr>`;
  });
  return `<table>\n<caption>${caption}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

import { type Artifact, cdnUrlOf, keyOf, type Manifest } from '@bitclouded/documents';
import { readBundle } from '../pack/read-bundle.ts';
import { readIndex } from '../promote/read-index.ts';
import { buildStage } from './build.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { packStage } from './pack.ts';
import { planStage } from './plan.ts';
import { promoteStage } from './promote.ts';
import { publishStage } from './publish.ts';
import { linesOf, verifyStage } from './verify.ts';

type ImageArtifact = Extract<Artifact, { kind: 'image' }>;

/** The whole way: build, plan, pack, publish, verify, promote, reconcile. Run again, it goes on where it stopped. */
export async function releaseCommand(context: CommandContext): Promise<Outcome> {
  const { host, signal } = context;
  await buildStage(context);
  const { plan, why } = await planStage(context);
  const { folder, manifest } = await packStage(context, plan);
  const bundle = await readBundle(folder);
  const published = await publishStage(context, bundle);
  const { version, manifestSha256 } = published;
  const packed = { version, manifestSha256 };
  const { report } = await verifyStage(context, { version, packed });
  if (report.faults.length > 0) return { document: report, lines: linesOf(report), faulty: true };
  const operated = await promoteStage(context, packed, report);
  const notices = [...report.notices, ...operated.notices];
  const signatures = (await readIndex(host, context.destination(), signal))?.signatures ?? 0;

  const written = published.created + operated.written + (operated.indexChanged ? 1 : 0);
  const { serial, channels } = operated;
  const templates = manifest.artifacts.filter((artifact) => artifact.kind === 'template');
  const notHosted = imagesNotHosted(manifest);
  return {
    document: {
      host: host.name,
      version,
      developmentBecause: why,
      manifestSha256,
      index: { serial, signed: signatures > 0, url: cdnUrlOf(host, keyOf.index()) },
      channels,
      written,
      templates: templates.map(({ name, url, verdict }) => ({ name, url, verdict })),
      imagesNotHosted: notHosted.map(({ name }) => name),
      notices,
    },
    lines: [
      ...headLines(context, version, why, written),
      ...(signatures > 0
        ? []
        : [`  unsigned: this host has no signing key, so nobody vouches for its index (serial ${serial})`]),
      ...notHosted.map(({ name, reference }) => `  not hosted: image ${name}, bound as ${reference}`),
      ...notices.map((notice) => `  notice: ${notice}`),
      '',
      ...templates.flatMap(({ name, url }) => [name, `  ${url}`]),
      ...(host.kind === 'folder' ? ['', 'npm run serve shows it at the addresses above.'] : []),
    ],
  };
}

function headLines({ host }: CommandContext, version: string, why: readonly string[], written: number): string[] {
  return [
    written === 0
      ? `${version} is on ${host.name} already: nothing was written`
      : `Released ${version} on ${host.name}: ${counted(written, 'object')} written`,
    ...why.map((reason) => `  a development version: ${reason}`),
  ];
}

/** Images that are bound by tag: nobody pushed what the tag names. */
function imagesNotHosted(manifest: Manifest): ImageArtifact[] {
  return manifest.artifacts.filter((artifact) => artifact.kind === 'image').filter((artifact) => !artifact.locked);
}

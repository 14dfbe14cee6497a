import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { sha256Of } from '@bitclouded/documents';
import { checkTemplate, looksLikeTemplate, READ_LIMITS, StandardsError } from '@bitclouded/standards';

const TEMPLATE_FILES = /\.(?:ya?ml|json|template)$/i;
const PASSED_OVER = /(?:^|\/)(?:\.[^/]*|node_modules)(?:\/|$)/;

export interface ChosenTemplate {
  /** From the folder, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Chooses templates of a folder: in the order of SHA-256 over seed and path, by turns from each folder directly below,
 * so that no large repository crowds out the others. The same folder, seed and count give the same choice.
 * What is no CloudFormation template, or has a macro that writes it anew, is passed over; a file that was chosen
 * already under another path, too.
 */
export function chooseTemplates(folder: string, count: number, seed: string): ChosenTemplate[] {
  const order = (path: string): string => sha256Of(Buffer.from(`${seed}\n${path}`));
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEMPLATE_FILES.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !PASSED_OVER.test(path))
    .map((path) => ({ path, rank: order(path) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const queues = [...Map.groupBy(paths, ({ path }) => path.split('/')[0]).values()];
  const chosen = new Map<string, ChosenTemplate>();
  while (chosen.size < count && queues.some((queue) => queue.length > 0))
    for (const queue of queues) {
      const next = takeTemplate(folder, queue, chosen);
      if (next && chosen.size < count) chosen.set(sha256Of(next.bytes), next);
    }
  return [...chosen.values()];
}

/** Takes the next template of a queue, and with it what is passed over before. */
function takeTemplate(
  folder: string,
  queue: { readonly path: string }[],
  chosen: ReadonlyMap<string, ChosenTemplate>,
): ChosenTemplate | undefined {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const bytes = readFileSync(join(folder, next.path));
    if (!chosen.has(sha256Of(bytes)) && isTemplate(bytes)) return { path: next.path, bytes };
  }
  return undefined;
}

function isTemplate(bytes: Uint8Array): boolean {
  if (bytes.byteLength > READ_LIMITS.bytes || !looksLikeTemplate(new TextDecoder().decode(bytes))) return false;
  try {
    const nothing = { standards: [], known: new Set<string>(), today: '2026-01-01' };
    return checkTemplate(bytes, 'template', nothing).leftAlone === undefined;
  } catch (error) {
    if (!(error instanceof StandardsError)) throw error;
    return false;
  }
}

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Measured {
  readonly wallMs: number;
  /**
   * Largest sum of memory over the process and its descendants, in MiB: of pages that several share each counts its part
   * (PSS; proc(5), smaps_rollup). NaN where /proc is not there.
   */
  readonly peakMiB: number;
  readonly exitCode: number;
  readonly output: string;
}

const SAMPLE_EVERY_MS = 50;

/** Runs a command to its end and measures it with all of its children. */
export async function measure(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  let peakKiB = Number.NaN;
  const sampler = setInterval(() => {
    peakKiB = Math.max(Number.isNaN(peakKiB) ? 0 : peakKiB, residentKiB(child.pid!));
  }, SAMPLE_EVERY_MS);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  clearInterval(sampler);
  return {
    wallMs: performance.now() - started,
    peakMiB: peakKiB / 1024,
    exitCode,
    output: Buffer.concat(chunks).toString(),
  };
}

/** The same, and an error with the command's own words where it fails. */
export async function measureSuccess(...call: Parameters<typeof measure>): Promise<Measured> {
  const measured = await measure(...call);
  if (measured.exitCode !== 0)
    throw new Error(
      `${[call[0], ...call[1]].join(' ')} ended with ${measured.exitCode}:\n${measured.output.slice(-4000)}`,
    );
  return measured;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Memory of a process and its descendants, from /proc. */
function residentKiB(root: number): number {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN;
    throw error;
  }
  const parents = new Map<number, number>();
  for (const entry of entries.filter((name) => /^\d+$/.test(name)))
    parents.set(Number(entry), numberIn(`/proc/${entry}/status`, /^PPid:\s+(\d+)/m));
  const family = [...parents.keys()].filter((pid) => descendsFrom(pid, root, parents));
  return family.reduce((sum, pid) => sum + numberIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m), 0);
}

function numberIn(path: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch (error) {
    // The process has ended between the listing and now, or belongs to somebody else.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

function descendsFrom(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true;
  return false;
}

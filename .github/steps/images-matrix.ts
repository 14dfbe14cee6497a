/** What `release -- images list --json` prints of each image, as far as jobs are concerned. */
export interface ListedImage {
  readonly name: string;
  readonly variety: 'container' | 'mirrored' | 'machine';
  readonly architectures: readonly ('x86_64' | 'arm64')[];
  readonly state: 'locked' | 'stale' | 'unlocked';
}

/** One job of a matrix: where an architecture is built. */
export interface BuildJob {
  readonly image: string;
  readonly architecture: string;
  readonly runner: string;
}

/** The jobs of each kind; of an empty list there is no job. */
export interface ImageJobs {
  readonly build: readonly BuildJob[];
  /** Names of images. */
  readonly push: readonly string[];
  readonly mirror: readonly string[];
  readonly bake: readonly string[];
}

/** Runners of each architecture's own. Source: GitHub Docs, "GitHub-hosted runners reference". */
const RUNNERS = { x86_64: 'ubuntu-24.04', arm64: 'ubuntu-24.04-arm' } as const;

export interface Wanted {
  /** An image that is made although its lock is current; empty: none. */
  readonly also: string;
  /** Images that a change touches; undefined: all that lack a current lock. */
  readonly changed?: ReadonlySet<string> | undefined;
}

/** The jobs by which images get locks of the definitions that stand there now. */
export function jobsOf(images: readonly ListedImage[], { also, changed }: Wanted): ImageJobs {
  const wanted = images.filter(
    ({ name, state }) => name === also || (state !== 'locked' && (changed?.has(name) ?? true)),
  );
  const named = (variety: ListedImage['variety']): string[] =>
    wanted.filter((image) => image.variety === variety).map(({ name }) => name);
  const build = wanted
    .filter(({ variety }) => variety === 'container')
    .flatMap(({ name, architectures }) =>
      architectures.map((architecture) => ({ image: name, architecture, runner: RUNNERS[architecture] })),
    );
  return { build, push: named('container'), mirror: named('mirrored'), bake: named('machine') };
}

/** The images in whose folders files changed. @param paths from the repository's root */
export function changedImages(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => /^packages\/images\/([^/]+)\//.exec(path)?.[1] ?? []));
}

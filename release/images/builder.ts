import type { ImageInterface } from '@bitclouded/documents';
import { ReleaseError } from '../release-error.ts';
import type { Ended } from './run-tool.ts';

export type Architecture = ImageInterface['architectures'][number];

/** Source: OCI Image Specification, "Image Index": GOARCH's names. */
export const PLATFORM: Readonly<Record<Architecture, string>> = { x86_64: 'amd64', arm64: 'arm64' };

export interface BuildRequest {
  /** The folder with the Dockerfile: all of the build's context. */
  readonly contextFolder: string;
  readonly architectures: readonly Architecture[];
  readonly labels: Readonly<Record<string, string>>;
  /** `--build-arg`, such as a base of one's own. */
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Must end with 0 in a container of each architecture. */
  readonly smokeTest: readonly string[];
  /** An empty folder that becomes an OCI layout with one image an architecture. */
  readonly layoutFolder: string;
}

/** A program that builds images. */
export interface Builder {
  readonly name: string;
  /** @throws ReleaseError `image-build-failed`, `image-smoke-test-failed` */
  build(request: BuildRequest, signal: AbortSignal, onStep: (step: string) => void): Promise<void>;
}

/** The last lines of a program that failed, as an error. */
export function toolFailed(
  code: 'image-build-failed' | 'image-smoke-test-failed',
  where: string,
  { exitCode, failure, all }: Ended,
): ReleaseError {
  const lines = all.trim().split('\n').slice(-15);
  return new ReleaseError({
    code,
    where,
    received: failure ?? `exit code ${exitCode}`,
    expected: 'exit code 0',
    remedy: ['correct what its last lines say, then run this again:', ...lines].join('\n    '),
  });
}

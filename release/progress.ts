import type { Emit, Stage } from './release-event.ts';

/** What progress is written to: standard error, or a test's own. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface Progress {
  readonly emit: Emit;
  /** Writes text of its own lines, above the live one. */
  print(text: string): void;
  /** Takes the live line away. */
  end(): void;
}

const CLEAR = '\r\u001b[K';

/** One live line on a terminal; on anything else a line for each stage that ends. */
export function progressOn(stream: ProgressStream, quiet: boolean): Progress {
  const columns = stream.isTTY && process.env.TERM !== 'dumb' ? (stream.columns ?? 0) : 0;
  const live = !quiet && columns > 0;
  let stage: Stage | undefined;
  let objects = 0;

  const draw = (text: string): void => {
    if (live) stream.write(`${CLEAR}${text.slice(0, columns - 1)}`);
  };
  const print = (text: string): void => {
    if (live) stream.write(CLEAR);
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
  };

  return {
    print,
    end: () => draw(''),
    emit(event) {
      if (event.type === 'stage-started') {
        stage = event.stage;
        objects = 0;
        draw(`${stage.padEnd(9)}  ${event.subject} …`);
      } else if (event.type === 'stage-finished') {
        if (!quiet) print(`${event.stage.padEnd(9)}  ${event.summary}`);
      } else if (event.type === 'index-moved') {
        if (!quiet) print(`${stage ?? 'index'}  the index moved: attempt ${event.attempt + 1}`);
      } else if (event.type === 'invalidation-waits')
        draw(`${stage?.padEnd(9)}  ${event.distributionId} … ${Math.round(event.waitedMs / 1000)} s`);
      else if (event.type === 'index-written') draw(`${stage?.padEnd(9)}  index ${event.serial} written`);
      else draw(`${stage?.padEnd(9)}  ${++objects}  ${event.key}`);
    },
  };
}

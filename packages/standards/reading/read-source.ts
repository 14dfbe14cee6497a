import { isUtf8 } from 'node:buffer';
import { StandardsError } from '../standards-error.ts';
import { fromYaml } from './from-yaml.ts';
import { jsonFaultOffset } from './json-fault.ts';
import { READ_LIMITS } from './limits.ts';
import type { Node } from './node.ts';
import { parseYaml } from './parse-yaml.ts';
import { Source } from './source.ts';

/**
 * Reads JSON or YAML from bytes that nobody vouches for, within the limits of `READ_LIMITS`.
 * A text that begins with `{` is JSON, and strictly so, as CloudFormation has it.
 * @param file what messages call the file
 * @throws StandardsError with every fault that the stage which finds one finds
 */
export function readSource(bytes: Uint8Array, file: string): { source: Source; root: Node } {
  if (bytes.byteLength > READ_LIMITS.bytes) throw tooLarge(file, bytes.byteLength);
  const source = new Source(file, decode(bytes, file));
  if (source.text.trimStart().startsWith('{')) checkJson(source);
  return { source, root: fromYaml(parseYaml(source), source) };
}

/** The error for a file of this size; a caller that knows the size need not read the file. */
export function tooLarge(file: string, sizeBytes: number): StandardsError {
  return new StandardsError(
    new Source(file, '').fault('template-too-large', 0, {
      received: `${sizeBytes} bytes`,
      expected: `at most ${READ_LIMITS.bytes} bytes; CloudFormation takes 1000000`,
      remedy: 'split the template, or do not give this file',
    }),
  );
}

function decode(bytes: Uint8Array, file: string): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (isUtf8(bytes)) return text;
  throw new StandardsError(
    new Source(file, text).fault('template-not-utf8', text.indexOf('\uFFFD'), {
      received: 'bytes that are not UTF-8',
      expected: 'UTF-8',
      remedy: 'save the file as UTF-8',
    }),
  );
}

/** YAML would take a trailing comma or a comment in it; CloudFormation does not. */
function checkJson(source: Source): void {
  try {
    JSON.parse(source.text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const said = /^(.*) in JSON at position (\d+)/s.exec(cause.message);
    throw new StandardsError(
      source.fault('template-not-json', said ? Number(said[2]) : jsonFaultOffset(source.text), {
        received: said?.[1] ?? 'something that JSON does not have here',
        expected: 'one JSON value',
        remedy: 'correct the syntax here',
      }),
      { cause },
    );
  }
}

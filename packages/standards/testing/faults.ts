import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fault that can be planted in a template which has none. */
export interface PlantedFault {
  /** The standard that must find it. */
  readonly standard: string;
  /** Those that find it as well, because what they ask for is wrong by the same line. */
  readonly also: readonly string[];
  /** Where it is planted: the template's file, and the line from 1. */
  readonly file: string;
  readonly line: number;
  /** The template without the fault, and with it. */
  readonly mended: string;
  readonly planted: string;
}

/** `# fault <standard> [and <standard>…]`, then what stands in place of the next line, or before it, or that it goes. */
const FAULT = /^\s*# fault ([a-z0-9-]+(?: and [a-z0-9-]+)*)(?:(, added)?: (.+)|, removed)$/;

/**
 * The faults of every template of a folder. A template says them itself, each in a comment above the line that is
 * wrong where the fault is planted:
 *
 * ```yaml
 * # fault ebs-encrypted: Encrypted: false
 * Encrypted: true
 * # fault name-tag, removed
 * - { Key: Name, Value: web }
 * # fault no-iam-users, added: Robot: { Type: AWS::IAM::User }
 * Data:
 * ```
 */
export function readFaults(folder: string): PlantedFault[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => faultsIn(readFileSync(join(folder, file), 'utf8'), file));
}

/** The faults of one template, in the order of its lines. */
export function faultsIn(template: string, file: string): PlantedFault[] {
  const lines = template.split('\n');
  return lines.flatMap((line, index) => {
    const fault = FAULT.exec(line);
    if (!fault && /^\s*# fault\b/.test(line)) throw new Error(`${file}:${index + 1} plants nothing: ${line.trim()}`);
    if (!fault) return [];
    const [, names = '', added, text] = fault;
    const [standard = '', ...also] = names.split(' and ');
    const at = lines.findIndex((other, place) => place > index && !FAULT.test(other));
    const indent = /^\s*/.exec(lines[at]!)![0];
    const written = text === undefined ? [] : [indent + text, ...(added ? [lines[at]!] : [])];
    return [
      { standard, also, file, line: at + 1, mended: template, planted: lines.with(at, written.join('\n')).join('\n') },
    ];
  });
}

import type { Convention, RepositoryFile, Violation } from './violation.ts';

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** What an image is built on is named by digest: a tag is somebody else's to move. */
export const imageBases: Convention = (files) =>
  files
    .filter(({ path }) => /(?:^|\/)(?:[^/]+\.)?(?:Dockerfile|Containerfile)(?:\.[^/]+)?$/.test(path))
    .flatMap(checkDockerfile);

function checkDockerfile({ path, text }: RepositoryFile): Violation[] {
  const stages = new Set(['scratch']);
  /** Arguments that a base may be named by, with their defaults. */
  const defaults = new Map<string, string>();
  const violations: Violation[] = [];
  const refuse = (line: number, received: string) =>
    violations.push({ where: `${path}:${line}`, received, remedy: 'name it by digest: name:tag@sha256:…' });

  for (const { line, words } of instructionsOf(text)) {
    const [instruction, ...rest] = words;
    if (instruction === '# syntax' && !DIGEST.test(rest[0] ?? '')) refuse(line, `# syntax=${rest[0] ?? ''}`);
    if (instruction === 'ARG') defaults.set(...argumentOf(rest[0] ?? ''));
    if (instruction === 'FROM') {
      const [named = '', as, stage] = rest.filter((word) => !word.startsWith('--'));
      const base = named.replace(/^\$\{?(\w+)\}?$/, (_, name: string) => defaults.get(name) ?? named);
      if (!DIGEST.test(base) && !stages.has(base)) refuse(line, `FROM ${base}`);
      if (as?.toUpperCase() === 'AS' && stage) stages.add(stage);
    }
    for (const word of rest) {
      const source = /^--(?:from=|mount=.*\bfrom=)([^,]+)/.exec(word)?.[1];
      if (source !== undefined && !DIGEST.test(source) && !stages.has(source) && !/^\d+$/.test(source))
        refuse(line, word);
    }
  }
  return violations;
}

/** `ARG name=value` as name and value. */
function argumentOf(text: string): [string, string] {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=').replace(/^"(.*)"$/, '$1')];
}

/** A Dockerfile's instructions, continued lines joined, comments left out but for the syntax. */
export function* instructionsOf(text: string): Generator<{ line: number; words: string[] }> {
  let joined = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const syntax = /^#\s*syntax\s*=\s*(\S+)/i.exec(raw);
    if (syntax) yield { line: index + 1, words: ['# syntax', syntax[1]!] };
    if (/^\s*#/.test(raw)) continue;
    joined += raw.replace(/\\\s*$/, ' ');
    if (/\\\s*$/.test(raw)) continue;
    const [instruction = '', ...rest] = joined.trim().split(/\s+/);
    joined = '';
    if (instruction !== '') yield { line: index + 1, words: [instruction.toUpperCase(), ...rest] };
  }
}

import { Composer, type Document, Lexer, type ParsedNode, Parser } from 'yaml';
import { StandardsError, type StandardsErrorCode } from '../standards-error.ts';
import { SHORT_TAGS } from './intrinsics.ts';
import { READ_LIMITS } from './limits.ts';
import type { Source } from './source.ts';

/** Tags that the parser then knows, so that it makes no warning, with a stack, for each. */
const customTags = [...SHORT_TAGS].flatMap((name) => [
  { tag: `!${name}`, resolve: (text: string) => text },
  { tag: `!${name}`, collection: 'seq' as const, resolve: (list: unknown) => list },
  { tag: `!${name}`, collection: 'map' as const, resolve: (map: unknown) => map },
]);

/**
 * YAML's syntax tree of one document, with offsets; JSON is YAML too.
 * The tokens are counted while they come, so that a bomb is refused before it is built.
 * @throws StandardsError template-not-yaml, template-too-large, template-too-deep
 */
export function parseYaml(source: Source): ParsedNode | null {
  const document = withoutStacks(() => compose(source));
  if (document && document.errors.length > 0)
    throw new StandardsError(
      document.errors.slice(0, READ_LIMITS.faults).map((error) => notYaml(source, error.pos[0], error.message)),
    );
  return document?.contents ?? null;
}

function compose(source: Source): Document.Parsed | undefined {
  const parser = new Parser();
  const composer = new Composer({
    schema: 'failsafe',
    customTags: customTags as never,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  let document: Document.Parsed | undefined;
  const take = (composed: Iterable<Document.Parsed>) => {
    for (const next of composed) {
      if (document)
        throw new StandardsError(notYaml(source, next.range[0], 'a second document begins here; a template is one'));
      document = next;
    }
  };
  let tokens = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    if (++tokens > READ_LIMITS.tokens) throw refused('template-too-large', source, parser.offset, 'tokens');
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') throw new StandardsError(notYaml(source, token.offset, token.message));
      take(composer.next(token));
    }
    if (parser.stack.length > READ_LIMITS.depth) throw refused('template-too-deep', source, parser.offset, 'depth');
  }
  for (const token of parser.end()) take(composer.next(token));
  take(composer.end(true, source.text.length));
  return document;
}

/** The parser makes an error object for each fault; half a million of them with stacks take gigabytes. */
function withoutStacks<T>(act: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return act();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function notYaml(source: Source, offset: number, message: string) {
  return source.fault('template-not-yaml', offset, {
    received: message,
    expected: 'one YAML document',
    remedy: 'correct the syntax here',
  });
}

function refused(code: StandardsErrorCode, source: Source, offset: number, limit: 'tokens' | 'depth'): StandardsError {
  const what = { tokens: 'tokens', depth: 'levels' }[limit];
  return new StandardsError(
    source.fault(code, offset, {
      received: `more than ${READ_LIMITS[limit]} ${what}`,
      expected: `at most ${READ_LIMITS[limit]} ${what}`,
      remedy: 'check what wrote this file; no template is like this',
    }),
  );
}

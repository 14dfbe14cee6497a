import { CST, Lexer } from 'yaml';

/** What the lexer says beside the text itself: that a document, or a scalar, begins, or that a flow ends in error. */
const MARKERS: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);
const SPACE = /^[ \t\r\n]*$/;
const JSON_LEXEME = /^(?:[{}[\],:]|".*|-?\d[\d.eE+-]*|true|false|null)$/s;

/**
 * Where a text that is no JSON stops being some: the first piece that only YAML has, a comma before a bracket, or the
 * end. For texts of which `JSON.parse` does not say where it failed.
 */
export function jsonFaultOffset(text: string): number {
  let offset = 0;
  let before = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (MARKERS.has(lexeme)) continue;
    const isSpace = SPACE.test(lexeme);
    const isTrailing = before === ',' && (lexeme === '}' || lexeme === ']');
    if (isTrailing || !(isSpace || JSON_LEXEME.test(lexeme))) return offset;
    offset += lexeme.length;
    if (!isSpace) before = lexeme;
  }
  return offset;
}

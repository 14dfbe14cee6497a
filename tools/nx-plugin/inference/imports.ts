/**
 * An `import … from`, `export … from` or bare `import`, at the beginning of a line as the formatter leaves it.
 * What is imported as a type alone leaves nothing behind when types are stripped.
 */
const IMPORT = /^(?:import|export)\s+(?!type\s)(?:[^'"`;]*?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;

/** The modules that a source needs when it runs, each once, in the order of the text. */
export function importsOf(source: string): string[] {
  return [...new Set([...source.matchAll(IMPORT)].map((match) => match[1]!))];
}

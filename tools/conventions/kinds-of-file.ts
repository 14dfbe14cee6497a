/** Code that people write and read. */
export function isCode(path: string): boolean {
  return /\.(?:[cm]?[jt]s|tsx|py|sh|css|html)$/.test(path);
}

export function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path);
}

/** Tests, and what only tests use. They may plant what the rest may not have. */
export function isTest(path: string): boolean {
  return /\.(?:test|e2e|type-test)\.ts$/.test(path) || /(?:^|\/)testing\//.test(path);
}

/** Pages that people read. */
export function isPage(path: string): boolean {
  return path.endsWith('.md');
}

/** The lines of an example without the indentation that it has in its file, and without empty ones. */
export function exampleLines(yaml: string): string[] {
  const lines = yaml.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin));
}

import { pathToFileURL } from 'node:url';
import { synthesise } from '@bitclouded/kit';

/** The program that the synthesis bench runs: synthesises the templates named on the command line, in one process. */
let bytes = 0;
for (const file of process.argv.slice(2)) {
  const { default: template } = await import(pathToFileURL(file).href);
  bytes += synthesise(template).yaml.length;
}
console.log(bytes);

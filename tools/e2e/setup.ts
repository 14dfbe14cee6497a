/**
 * Installs what the end-to-end tests need besides Node: `npm run e2e:setup`.
 * A program; a second run finds everything there and does nothing.
 */
import { FaultError } from '@bitclouded/documents';
import { installTools } from './install.ts';
import { findPaths } from './paths.ts';

try {
  const started = performance.now();
  const installed = await installTools(findPaths(), (step) => console.error(`installing ${step}`));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(installed ? `end-to-end tools: installed in ${seconds} s` : 'end-to-end tools: all there');
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

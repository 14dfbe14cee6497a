import { zipSync } from 'fflate';

/** The file in the zip that `LAMBDA_HANDLER` names: the extension makes Node load it as a module. */
export const HANDLER_FILE = 'index.mjs';

/**
 * A function's zip. Date, system and mode of the entry are fixed, so that equal code gives equal bytes.
 * 1980 is the first year that a zip can tell; a time without a zone is written as it stands, whatever TZ says.
 */
export function zip(code: Uint8Array): Uint8Array {
  return zipSync({
    [HANDLER_FILE]: [code, { level: 9, mtime: '1980-01-01T00:00:00', os: 3, attrs: (0o100644 << 16) >>> 0 }],
  });
}

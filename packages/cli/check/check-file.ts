import { readFile, stat } from 'node:fs/promises';
import {
  type CheckedFile,
  type CheckOptions,
  checkTemplate,
  looksLikeTemplate,
  READ_LIMITS,
  StandardsError,
  tooLarge,
} from '@bitclouded/standards';
import { type FoundFile, readable } from './find-templates.ts';

/** A file as it was checked, and its bytes where it is a template. */
export interface LookedAt {
  readonly checked: CheckedFile;
  readonly template?: Uint8Array;
}

/**
 * Checks one file. Undefined where it was met in a folder and is no CloudFormation template, nor meant as one.
 * @param passesOver whether a file that was named is treated as one that was met in a folder
 * @throws CliError path-unreadable
 */
export async function checkFile(
  file: FoundFile,
  options: CheckOptions,
  passesOver = false,
): Promise<LookedAt | undefined> {
  const isMeant = file.isNamed && !passesOver;
  const { size } = await readable(stat(file.path), file.shown);
  if (size > READ_LIMITS.bytes)
    return isMeant ? { checked: { file: file.shown, error: tooLarge(file.shown, size) } } : undefined;
  const template = await readable(readFile(file.path), file.shown);
  if (!isMeant && !looksLikeTemplate(template.toString('utf8'))) return undefined;
  try {
    return { checked: checkTemplate(template, file.shown, options), template };
  } catch (error) {
    if (!(error instanceof StandardsError)) throw error;
    if (!isMeant && error.code === 'not-a-template') return undefined;
    return { checked: { file: file.shown, error } };
  }
}

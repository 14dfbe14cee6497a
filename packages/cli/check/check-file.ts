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

/**
 * Checks one file. Undefined where it was met in a folder and is no CloudFormation template, nor meant as one.
 * @throws CliError path-unreadable
 */
export async function checkFile(file: FoundFile, options: CheckOptions): Promise<CheckedFile | undefined> {
  const { size } = await readable(stat(file.path), file.shown);
  if (size > READ_LIMITS.bytes)
    return file.isNamed ? { file: file.shown, error: tooLarge(file.shown, size) } : undefined;
  const bytes = await readable(readFile(file.path), file.shown);
  if (!file.isNamed && !looksLikeTemplate(bytes.toString('utf8'))) return undefined;
  try {
    return checkTemplate(bytes, file.shown, options);
  } catch (error) {
    if (!(error instanceof StandardsError)) throw error;
    if (!file.isNamed && error.code === 'not-a-template') return undefined;
    return { file: file.shown, error };
  }
}

import type { Checked } from '../check-template.ts';
import type { StandardsError } from '../standards-error.ts';

/** What became of one file: checked, or no template. */
export type CheckedFile = Checked | { readonly file: string; readonly error: StandardsError };

export function isChecked(file: CheckedFile): file is Checked {
  return !('error' in file);
}

export interface Summary {
  readonly files: number;
  readonly findings: number;
  readonly excused: number;
  readonly leftAlone: number;
  readonly notTemplates: number;
}

export function summarise(files: readonly CheckedFile[]): Summary {
  const checked = files.filter(isChecked);
  const sum = (of: 'findings' | 'excused'): number => checked.reduce((total, file) => total + file[of].length, 0);
  return {
    files: files.length,
    findings: sum('findings'),
    excused: sum('excused'),
    leftAlone: checked.filter(({ leftAlone }) => leftAlone !== undefined).length,
    notTemplates: files.length - checked.length,
  };
}

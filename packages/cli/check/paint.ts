import { styleText } from 'node:util';
import { type Paint, plain } from '@bitclouded/standards';
import type { Terminal } from '../terminal.ts';

const STYLES = { error: 'red', warning: 'yellow', note: 'cyan', strong: 'bold', faint: 'dim' } as const;

export function paintFor({ isResultSeen }: Terminal): Paint {
  return isResultSeen ? (style, text) => styleText(STYLES[style], text, { validateStream: false }) : plain;
}

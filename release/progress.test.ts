import { progressOn } from './progress.ts';
import type { ReleaseEvent } from './release-event.ts';

const events: ReleaseEvent[] = [
  { type: 'stage-started', stage: 'publish', subject: '1.0.0' },
  { type: 'object-created', region: 'eu-west-1', key: `v1.0.0/${'long/'.repeat(40)}a.yaml`, sizeBytes: 1 },
  { type: 'index-moved', attempt: 1 },
  { type: 'stage-finished', stage: 'publish', summary: '1 object written' },
];

function written(stream: { isTTY?: boolean; columns?: number }, quiet = false): string {
  let text = '';
  const progress = progressOn({ ...stream, write: (more) => (text += more) }, quiet);
  for (const event of events) progress.emit(event);
  progress.end();
  return text;
}

it('writes plain lines where nobody looks at a terminal', () => {
  const plain = 'publish  the index moved: attempt 2\npublish    1 object written\n';
  expect(written({})).toBe(plain);
  expect(written({ isTTY: true, columns: 0 })).toBe(plain);
});

it('keeps one live line within the terminal, and takes it away at the end', () => {
  const text = written({ isTTY: true, columns: 40 });
  expect(text).toContain('publish    1  v1.0.0/long/');
  for (const line of text.split('\r\u001b[K').flatMap((part) => part.split('\n'))) expect(line.length).toBeLessThan(40);
  expect(text.endsWith('\r\u001b[K')).toBe(true);
});

it('says nothing when it is told to be quiet', () => {
  expect(written({}, true)).toBe('');
  expect(written({ isTTY: true, columns: 80 }, true)).toBe('');
});

import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { cdkNag, cloudformationValidate } from '@bitclouded/standards/borrowed';
import type { EngineOutput } from './linter.ts';

/** The program that the benches run for linters that are packages: an engine, its level, an output, templates. */
const [name, level, output, ...paths] = process.argv.slice(2);
const folders = [process.cwd()];
const engine = name === 'cdk-nag' ? cdkNag(folders) : cloudformationValidate(folders, { notes: level === 'notes' });
const { findings, unread } = await engine.check(paths.map((path) => ({ file: path, bytes: readFileSync(path) })));
const result: EngineOutput = {
  version: engine.version,
  said: findings.map(({ file, logicalId, rule, message }) => ({ file: basename(file), logicalId, rule, message })),
  unread: unread.length,
};
writeFileSync(output!, JSON.stringify(result));

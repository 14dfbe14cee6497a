import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type BuildRecord,
  type ImageInterface,
  type LambdaInterface,
  serialise,
  sha256Of,
  type TemplateInterface,
  type UnitInterface,
} from '@bitclouded/documents';

/** A unit as a test wants it built. */
export type FixtureUnit =
  | { readonly kind: 'lambda'; readonly name: string; readonly code: string; readonly source?: string }
  | {
      readonly kind: 'image';
      readonly name: string;
      readonly context: string;
      readonly variety?: ImageInterface['variety'];
    }
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly text: string;
      /** References of units that stand before it in the list. */
      readonly uses?: readonly string[];
      readonly face?: Partial<TemplateInterface>;
    };

/** Writes `dist` as builds leave it. Users come after what they use. */
export async function writeDist(folder: string, units: readonly FixtureUnit[]): Promise<void> {
  const hashes = new Map<string, string>();
  for (const unit of units) {
    const face = interfaceOf(unit);
    const files = new Map([['interface.json', serialise('interface', face)]]);
    if (unit.kind === 'lambda') files.set('function.zip', Buffer.from(unit.code));
    if (unit.kind === 'template') files.set('template.yaml', Buffer.from(unit.text));
    const reference = `${unit.kind}:${unit.name}`;
    const product = files.get(unit.kind === 'lambda' ? 'function.zip' : 'interface.json')!;
    hashes.set(reference, face.kind === 'image' ? face.contextSha256 : sha256Of(product));
    const record: BuildRecord = {
      schema: 'bitclouded.build/1',
      kind: unit.kind,
      name: unit.name,
      sourceSha256: sha256Of(JSON.stringify(unit)),
      files: [...files].map(([path, bytes]) => ({ path, sizeBytes: bytes.byteLength, sha256: sha256Of(bytes) })),
      uses: (unit.kind === 'template' ? (unit.uses ?? []) : []).map((use) => ({ unit: use, sha256: hashes.get(use)! })),
    };
    files.set('build.json', serialise('build', record));
    for (const [path, bytes] of files) {
      const place = join(folder, `${unit.kind}s`, unit.name, path);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, bytes);
    }
  }
}

function interfaceOf(unit: FixtureUnit): UnitInterface {
  const shared = { schema: 'bitclouded.interface/1', name: unit.name, summary: `The ${unit.name} of a test` } as const;
  if (unit.kind === 'lambda')
    return {
      ...shared,
      kind: 'lambda',
      trigger: 'a test',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      architecture: 'arm64',
      memoryMb: 256,
      timeoutSeconds: 30,
      environment: {},
      grants: {},
    } satisfies LambdaInterface;
  if (unit.kind === 'image')
    return {
      ...shared,
      kind: 'image',
      variety: unit.variety ?? 'container',
      version: '2.1.0',
      architectures: ['arm64'],
      bases: [],
      contextSha256: sha256Of(unit.context),
    } satisfies ImageInterface;
  return templateInterface(unit.name, {
    lambdas: namesOf('lambda', unit.uses),
    images: namesOf('image', unit.uses),
    ...unit.face,
  });
}

/** A template's interface that asks, gives and makes nothing but what a test says. */
export function templateInterface(name: string, face: Partial<TemplateInterface> = {}): TemplateInterface {
  return {
    schema: 'bitclouded.interface/1',
    kind: 'template',
    name,
    summary: `The ${name} of a test`,
    scope: 'environment',
    instance: 'shared',
    requires: {},
    parameters: [],
    outputs: [],
    conditions: [],
    resources: [],
    lambdas: [],
    images: [],
    exceptions: [],
    connections: [],
    allowances: [],
    ...face,
  };
}

function namesOf(kind: string, uses: readonly string[] = []): string[] {
  return uses.filter((use) => use.startsWith(`${kind}:`)).map((use) => use.slice(kind.length + 1));
}

/** A template that runs log-governor. */
export const LOGS_STORE = `AWSTemplateFormatVersion: '2010-09-09'
Description: Logs of everything

Mappings:
  Artifacts:
    log-governor:
      Key: unbound

Resources:
  Governor:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        S3Bucket: !FindInMap [Artifacts, !Ref AWS::Region, Bucket]
        S3Key: !FindInMap [Artifacts, log-governor, Key]
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
`;

/** A template that uses nothing. */
export const VPC = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
`;

/** A small release of one function, one image and two templates. */
export const SMALL_DIST: readonly FixtureUnit[] = [
  { kind: 'lambda', name: 'log-governor', code: 'governor' },
  { kind: 'image', name: 'aws-util', context: 'Dockerfile' },
  { kind: 'template', name: 'analytics/logs-store', text: LOGS_STORE, uses: ['lambda:log-governor'] },
  { kind: 'template', name: 'networking/vpc', text: VPC },
];

import type { ValueKind, WiringGrade } from '@bitclouded/documents';
import type { Output, Outputs } from './output.ts';
import type { Template } from './upstream.ts';

/** One parameter of a template. `E`: whether it may be empty, so that the code must say what happens then. */
export interface Parameter<K extends ValueKind = ValueKind, E extends boolean = boolean> {
  readonly kind: K;
  readonly mayBeEmpty: E;
  readonly description: string;
  readonly group?: string;
  readonly label?: string;
  readonly default?: string;
  readonly allowedValues?: readonly string[];
  /** A Java regular expression without anchors; the kit adds them, and the empty string where that is allowed. */
  readonly pattern?: string;
  readonly hint?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly wiring?: { readonly template: string; readonly output: string; readonly grade: WiringGrade };
}
export type Parameters = Readonly<Record<string, Parameter>>;

interface Said {
  /** What the value does, its unit, and what changing it interrupts. */
  readonly description: string;
  /** The heading in the console; `Settings` unless said. */
  readonly group?: string;
  /** The name in the console; made of the parameter's name unless said. */
  readonly label?: string;
  readonly default?: string;
}
/** A free text must say what it may be. */
type Text = Said &
  ({ readonly pattern: string; readonly hint: string } | { readonly allowedValues: readonly string[] });
type Count =
  | (Said & { readonly minimum: number; readonly maximum: number })
  | (Said & { readonly allowedValues: readonly string[] });

const required =
  <K extends ValueKind>(kind: K) =>
  (said: Said): Parameter<K, false> => ({ ...said, kind, mayBeEmpty: false });

const optional =
  <K extends ValueKind>(kind: K) =>
  (said: Omit<Said, 'default'>): Parameter<K, true> => ({ ...said, kind, mayBeEmpty: true });

type KindOf<O extends Outputs, N extends keyof O> = O[N] extends Output<infer K, boolean> ? K : never;
type EmptyOf<O extends Outputs, N extends keyof O> = O[N] extends Output<ValueKind, infer E> ? E : never;
type Name<O extends Outputs> = keyof O & string;

const PORTS = { minimum: 1, maximum: 65535 };

function wired(upstream: Template<Outputs>, output: string, grade: WiringGrade): Parameter {
  const declared = upstream.outputs[output]!;
  return {
    kind: declared.kind,
    mayBeEmpty: declared.mayBeEmpty || grade !== 'required',
    description: `${declared.description} (output ${output} of ${upstream.name})`,
    ...(declared.kind === 'port' && PORTS),
    wiring: { template: upstream.name, output, grade },
  };
}

export const param = {
  text: (said: Text): Parameter<'text', false> => ({ ...said, kind: 'text', mayBeEmpty: false }),
  optionalText: (
    said: Omit<Said, 'default'> & { readonly pattern: string; readonly hint: string },
  ): Parameter<'text', true> => ({ ...said, kind: 'text', mayBeEmpty: true }),
  /** NoEcho: never has a default. */
  secret: (
    said: Omit<Said, 'default'> & { readonly pattern: string; readonly hint: string },
  ): Parameter<'secret', false> => ({ ...said, kind: 'secret', mayBeEmpty: false }),
  flag: (said: Omit<Said, 'default'> & { readonly default?: 'true' | 'false' }): Parameter<'flag', false> => ({
    default: 'false',
    ...said,
    kind: 'flag',
    mayBeEmpty: false,
  }),
  count: (said: Count): Parameter<'count', false> => ({ ...said, kind: 'count', mayBeEmpty: false }),
  port: (said: Said): Parameter<'port', false> => ({
    ...PORTS,
    ...said,
    kind: 'port',
    mayBeEmpty: false,
  }),
  cidr: required('cidr'),
  domainName: required('domainName'),
  zoneName: required('zoneName'),
  optionalZoneName: optional('zoneName'),
  optionalRegionName: optional('regionName'),
  optionalDomainName: optional('domainName'),
  emailAddress: required('emailAddress'),
  optionalEmailAddress: optional('emailAddress'),
  optionalArn: optional('arn'),
  optionalKeyArn: optional('keyArn'),
  optionalSecretArn: optional('secretArn'),
  optionalCertificateArn: optional('certificateArn'),
  bucketNamePrefix: required('bucketNamePrefix'),
  optionalBucketName: optional('bucketName'),
  optionalTopicArn: optional('topicArn'),
  optionalWebAclArn: optional('webAclArn'),
  optionalPrincipalArns: optional('principalArns'),
  optionalHostedZoneId: optional('hostedZoneId'),
  optionalImageId: optional('imageId'),

  /** An upstream's output that the template cannot do without. */
  from: <O extends Outputs, N extends Name<O>>(
    upstream: Template<O>,
    output: N,
  ): Parameter<KindOf<O, N>, EmptyOf<O, N>> =>
    wired(upstream, output, 'required') as Parameter<KindOf<O, N>, EmptyOf<O, N>>,

  /** Several at once, each under its output's name. */
  allFrom: <O extends Outputs, const N extends Name<O>>(
    upstream: Template<O>,
    outputs: readonly N[],
  ): { readonly [K in N]: Parameter<KindOf<O, K>, EmptyOf<O, K>> } =>
    Object.fromEntries(outputs.map((output) => [output, wired(upstream, output, 'required')])) as never,

  /** Taken by `add` unless `--minimal`; the template works without it. */
  recommendedFrom: <O extends Outputs, N extends Name<O>>(
    upstream: Template<O>,
    output: N,
  ): Parameter<KindOf<O, N>, true> => wired(upstream, output, 'recommended') as Parameter<KindOf<O, N>, true>,

  /** Taken only when asked for. */
  optionalFrom: <O extends Outputs, N extends Name<O>>(
    upstream: Template<O>,
    output: N,
  ): Parameter<KindOf<O, N>, true> => wired(upstream, output, 'optional') as Parameter<KindOf<O, N>, true>,
};

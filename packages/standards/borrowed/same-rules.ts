import type { EngineName } from './engine.ts';

/** Linters whose rules are compared with ours: those that run behind the report, and checkov, which only the bench runs. */
export const peerNames = ['cloudformation-validate', 'cfn-lint', 'cdk-nag', 'checkov'] as const satisfies readonly (
  | EngineName
  | string
)[];
export type PeerName = (typeof peerNames)[number];

type Rules = readonly string[];

/**
 * Which rules of others speak of the same thing as a standard of ours, by the standard's name. A standard that is not
 * here has no like. `lint` are the rules that cfn-lint and AWS's validator share with their names; cdk-nag's are those
 * of its pack AwsSolutions, checkov's those for CloudFormation. What each rule finds is measured, not believed:
 * docs/standards/sources.md.
 */
const table: Readonly<Record<string, { lint?: Rules; validate?: Rules; nag?: Rules; checkov?: Rules }>> = {
  'aurora-encrypted': { nag: ['RDS2'], checkov: ['AWS_96'] },
  'bucket-access-logs': { nag: ['S1'], checkov: ['AWS_18'] },
  'bucket-encrypted': { checkov: ['AWS_19'] },
  'data-encrypted': { nag: ['SQS2', 'KDS1'], checkov: ['AWS_26', 'AWS_27', 'AWS_43'] },
  'data-retained': { lint: ['I3011', 'W3011', 'E3035'], validate: ['F3016', 'F0018'] },
  'database-encrypted': {
    lint: ['E3720'],
    validate: ['W9008'],
    nag: ['RDS2', 'DOC1', 'AEC3', 'N4', 'RS6', 'OS8', 'DDB4'],
    checkov: ['AWS_16', 'AWS_96', 'AWS_74', 'AWS_29', 'AWS_44', 'AWS_64', 'AWS_47', 'AWS_5'],
  },
  'database-settings': { nag: ['RDS3', 'RDS10', 'RDS13', 'DOC4', 'N3'], checkov: ['AWS_157', 'AWS_360', 'AWS_361'] },
  'database-tls': { nag: ['RS1'], checkov: ['AWS_90', 'AWS_105', 'CKV2_AWS_69'] },
  'distribution-tls-policy': { nag: ['CFR4'], checkov: ['AWS_174'] },
  'distribution-waf': { nag: ['CFR2'], checkov: ['AWS_68'] },
  'drop-invalid-headers': { checkov: ['AWS_131'] },
  'ebs-encrypted': { nag: ['EC26'], checkov: ['AWS_3', 'AWS_8'] },
  'ecr-immutable-tags': { checkov: ['AWS_51'] },
  'ecr-scan': { checkov: ['AWS_163'] },
  'efs-encrypted': { nag: ['EFS1'], checkov: ['AWS_42'] },
  'efs-tls-mounts': { checkov: ['AWS_97'] },
  'function-log-group': { lint: ['I3013'], checkov: ['AWS_66'] },
  'http-redirects': { checkov: ['AWS_2'] },
  'image-by-choice': { lint: ['W2506'] },
  imdsv2: { checkov: ['AWS_79'] },
  'key-rotated': { nag: ['KMS5'], checkov: ['AWS_7'] },
  'listener-tls-policy': { checkov: ['AWS_103'] },
  'live-runtime': { lint: ['E2531', 'E2533', 'W2531'], nag: ['L1'], checkov: ['AWS_363'] },
  'load-balancer-access-logs': { nag: ['ELB2'], checkov: ['AWS_91', 'AWS_92'] },
  'mapping-keys': { lint: ['E7001'], validate: ['F0017', 'F0050'] },
  'no-acls': { lint: ['W3045'], checkov: ['AWS_20', 'AWS_57'] },
  'no-classic-types': { lint: ['W3696', 'W3697'], nag: ['ELB1'] },
  'no-confused-deputy': { lint: ['W3663'], checkov: ['AWS_364'] },
  'no-fixed-image': { validate: ['W9010'] },
  'no-literal-location': { lint: ['W3010', 'I3042'], validate: ['W9013'] },
  'no-literal-partition': { lint: ['I3042'] },
  'no-plain-secrets': {
    lint: ['W1011', 'W2501', 'W2509'],
    nag: ['ECS2', 'DOC3'],
    checkov: ['AWS_45', 'AWS_46', 'AWS_384'],
  },
  'no-public-addresses': { checkov: ['AWS_88'] },
  'no-public-buckets': { nag: ['S2'], checkov: ['AWS_53', 'AWS_54', 'AWS_55', 'AWS_56'] },
  'no-public-databases': {
    validate: ['W9011'],
    nag: ['RS8'],
    checkov: ['AWS_17', 'AWS_69', 'AWS_87', 'AWS_89', 'AWS_291'],
  },
  'no-remote-login': { validate: ['W2508'], nag: ['EC23'], checkov: ['AWS_24', 'AWS_25'] },
  'no-wildcard-actions': { nag: ['IAM5'], checkov: ['AWS_62', 'AWS_63'] },
  'no-wildcard-resources': { lint: ['I3510'], nag: ['IAM5'], checkov: ['AWS_111', 'AWS_107', 'AWS_109', 'AWS_110'] },
  'open-to-the-world': { validate: ['W2508'], nag: ['EC23'], checkov: ['AWS_24', 'AWS_25', 'AWS_260'] },
  'origin-access-control': { nag: ['CFR7'] },
  'store-tls': { lint: ['E3704'], nag: ['AEC3'], checkov: ['AWS_30', 'AWS_31', 'AWS_83', 'AWS_6'] },
  'tls-only-buckets': { nag: ['S10'] },
  'vpc-flow-logs': { nag: ['VPC7'] },
  'within-limits': {
    lint: ['E1002', 'E2010', 'E3010', 'E6010', 'E7010', 'E2011'],
    validate: ['F0003', 'F0004', 'F0007', 'F0008', 'F0009', 'F0011', 'F2011', 'F6011', 'F7002'],
  },
};

/** The rules of a peer that speak of the same thing as a standard. */
export function rulesLike(standard: string, peer: PeerName): string[] {
  const { lint = [], validate = [], nag = [], checkov = [] } = table[standard] ?? {};
  if (peer === 'cfn-lint') return [...lint];
  if (peer === 'cloudformation-validate') return [...lint, ...validate];
  if (peer === 'cdk-nag') return nag.map((rule) => `AwsSolutions-${rule}`);
  return checkov.map((rule) => (rule.startsWith('CKV') ? rule : `CKV_${rule}`));
}

const standardsByRule = new Map(
  peerNames.map((peer) => [
    peer,
    Map.groupBy(
      Object.keys(table).flatMap((standard) => rulesLike(standard, peer).map((rule) => ({ rule, standard }))),
      ({ rule }) => rule,
    ),
  ]),
);

/** The standards that speak of the same thing as a peer's rule; none where only the peer does. */
export function standardsLike(peer: PeerName, rule: string): string[] {
  return (standardsByRule.get(peer)?.get(rule) ?? []).map(({ standard }) => standard);
}

/**
 * One name for a rule that cfn-lint and AWS's validator both have. They have the same identifiers, but for the rules
 * that come of the schemas, which are called E by one and F by the other.
 */
export function sharedRule(peer: PeerName, rule: string): string {
  if (peer !== 'cfn-lint' && peer !== 'cloudformation-validate') return `${peer}/${rule}`;
  // F3016 is a deletion policy, E3016 an update policy.
  return `lint/${/^F3(?!016)/.test(rule) ? rule.replace('F', 'E') : rule}`;
}

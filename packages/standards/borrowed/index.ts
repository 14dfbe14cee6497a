export { type BorrowedRun, borrow } from './borrow.ts';
export { cdkNag } from './cdk-nag.ts';
export { cfnLint, cfnLintFindings } from './cfn-lint.ts';
export { cloudformationValidate, type GuardRules } from './cloudformation-validate.ts';
export {
  type Engine,
  type EngineFinding,
  type EngineName,
  type EngineResult,
  engineNames,
  type GivenTemplate,
} from './engine.ts';
export { type PeerName, peerNames, rulesLike, sharedRule, standardsLike } from './same-rules.ts';

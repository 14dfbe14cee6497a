export { requiredCapabilities } from './capabilities.ts';
export { type DeployOptions, deployStack } from './deploy-stack.ts';
export { describePlan } from './describe-plan.ts';
export { discardPlan } from './discard-plan.ts';
export { type ExecuteOptions, executePlan } from './execute-plan.ts';
export { openCloudFormation } from './open-cloudformation.ts';
export { planStack } from './plan-stack.ts';
export {
  type Fate,
  losesSomething,
  type PlannedChange,
  type PropertyChange,
  plannedChanges,
} from './planned-changes.ts';
export { ProvisionError, type ProvisionErrorCode } from './provision-error.ts';
export type { EmitProvision, ProvisionEvent, StackEvent } from './provision-event.ts';
export { readOutputs } from './read-stack.ts';
export { serviceFault } from './service-fault.ts';
export type { StackOutputs, StackPlan } from './stack-plan.ts';
export type { StackRequest } from './stack-request.ts';

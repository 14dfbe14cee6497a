import { CfnDeletionPolicy, type CfnResource } from 'aws-cdk-lib';

/** Deleting or replacing the resource keeps what it holds. */
export function kept<R extends CfnResource>(resource: R, how: 'retain' | 'snapshot'): R {
  const snapshot = how === 'snapshot';
  resource.cfnOptions.deletionPolicy = snapshot
    ? CfnDeletionPolicy.SNAPSHOT
    : CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
  // RetainExceptOnCreate is no value of UpdateReplacePolicy.
  resource.cfnOptions.updateReplacePolicy = snapshot ? CfnDeletionPolicy.SNAPSHOT : CfnDeletionPolicy.RETAIN;
  return resource;
}

/** Deleting or replacing the resource deletes what it holds. */
export function deleted<R extends CfnResource>(resource: R): R {
  resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
  return resource;
}

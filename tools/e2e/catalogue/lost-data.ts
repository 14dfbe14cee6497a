import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { TemplateInterface } from '@bitclouded/documents';
import { eventsOf } from '../stacks.ts';
import { snapshotsOf } from './snapshots.ts';

/**
 * What of a deleted stack held data and is gone without a snapshot, by logical id.
 * @param stackId not its name: a deleted stack is found by its id alone
 */
export async function lostData(
  { cloudFormation, rds }: { readonly cloudFormation: CloudFormationClient; readonly rds: RDSClient },
  stackId: string,
  { resources }: TemplateInterface,
): Promise<readonly string[]> {
  const events = await eventsOf(cloudFormation, stackId);
  const named = (status: string) => events.filter(({ ResourceStatus }) => ResourceStatus === status);
  const made = new Set(named('CREATE_COMPLETE').map(({ LogicalResourceId }) => LogicalResourceId));
  const stateful = new Set(resources.filter((resource) => resource.stateful).map(({ logicalId }) => logicalId));
  const lost: string[] = [];
  for (const { LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' } of named('DELETE_COMPLETE')) {
    if (!made.has(LogicalResourceId) || !stateful.has(LogicalResourceId)) continue;
    // A snapshot is as good as the data.
    if ((await snapshotsOf(rds, ResourceType, PhysicalResourceId)) === 0) lost.push(LogicalResourceId);
  }
  return lost;
}

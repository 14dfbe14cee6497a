import type { ProvisionEvent } from '@bitclouded/provisioner';

/** A line of progress. */
export function describeEvent(event: ProvisionEvent): string {
  const { type, region } = event;
  switch (type) {
    case 'stack-event': {
      const { stack, status, logicalId, resourceType, reason } = event.event;
      return `${region}  ${stack}  ${status.padEnd(28)}  ${logicalId}  ${resourceType}${reason ? `  ${reason}` : ''}`;
    }
    case 'stack-busy':
      return `${region}  ${event.stack}  waits for an operation that is under way: ${event.status}`;
    case 'failed-creation-deleted':
      return `${region}  ${event.stack}  deleted: its creation had failed, and nothing of it remained`;
    case 'stack-left-running':
      return `${region}  ${event.stack}  goes on by itself; the same command waits for it`;
    case 'update-cancelling':
      return `${region}  ${event.stack}  the update is taken back`;
  }
}

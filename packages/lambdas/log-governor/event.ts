import { LogGovernorError } from './faults.ts';

/** What an event asks for. */
export type Target =
  | { readonly kind: 'sweep' }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'nothing'; readonly why: string };

/** The parts of an EventBridge event that are read here; CloudTrail's record stands in `detail`. */
export interface GovernorEvent {
  readonly 'detail-type'?: string;
  readonly detail?: {
    readonly eventSource?: string;
    readonly eventName?: string;
    /** CloudTrail sets it when the call failed. */
    readonly errorCode?: string;
    readonly requestParameters?: { readonly logGroupName?: string; readonly resourceArn?: string } | null;
  };
}

/**
 * CreateLogGroup and the older TagLogGroup name the group; TagResource gives an ARN, which may be that of
 * another resource of CloudWatch Logs (a destination, a delivery).
 *
 * @throws LogGovernorError for an event that no rule of the template should send here
 */
export function readEvent(event: GovernorEvent): Target {
  if (event['detail-type'] === 'Scheduled Event') return { kind: 'sweep' };

  const { eventSource, eventName, errorCode, requestParameters } = event.detail ?? {};
  const isKnown = eventName === 'CreateLogGroup' || eventName === 'TagResource' || eventName === 'TagLogGroup';
  if (eventSource !== 'logs.amazonaws.com' || !isKnown) throw unknownEvent(event);
  // Agents create groups that exist already, all day long: the call failed, nothing is new.
  if (errorCode) return { kind: 'nothing', why: `${eventName} failed with ${errorCode}` };

  const { logGroupName, resourceArn } = requestParameters ?? {};
  if (logGroupName) return { kind: 'group', name: logGroupName };
  if (!resourceArn) throw unknownEvent(event);
  const name = /^arn:[^:]+:logs:[^:]+:\d{12}:log-group:([^:]+)(:\*)?$/.exec(resourceArn)?.[1];
  return name ? { kind: 'group', name } : { kind: 'nothing', why: `${resourceArn} is not a log group` };
}

function unknownEvent(event: GovernorEvent): LogGovernorError {
  const { eventSource, eventName } = event.detail ?? {};
  return new LogGovernorError([
    {
      code: 'unknown-event',
      where: 'event',
      received: `${event['detail-type'] ?? 'no detail-type'}, ${eventSource ?? 'no source'}, ${eventName ?? 'no name'}`,
      expected: 'a Scheduled Event, or CreateLogGroup or TagResource of logs.amazonaws.com with its parameters',
      remedy: 'Correct the pattern of the rule that sent it.',
    },
  ]);
}

import type { SNSMessage } from 'aws-lambda';

/** A message as a person should read it, whatever the chat. */
export interface Alert {
  readonly messageId: string;
  readonly title: string;
  readonly text: string;
  /** State of the alarm: ALARM, OK or INSUFFICIENT_DATA. Absent: the message is not an alarm's. */
  readonly state?: string;
  /** Where the alarm stands in the console of its partition. */
  readonly link?: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** The fields of a CloudWatch alarm's message that are read here; composite alarms have them too. */
interface Alarm {
  readonly AlarmName: string;
  readonly NewStateValue: string;
  readonly AlarmDescription?: unknown;
  readonly NewStateReason?: unknown;
  readonly OldStateValue?: unknown;
  readonly StateChangeTime?: unknown;
  readonly AlarmArn?: unknown;
  readonly AWSAccountId?: unknown;
  /** A name for people ("EU (Ireland)"), not the region's code. */
  readonly Region?: unknown;
}

/**
 * Console hosts by partition (general reference, AWS Management Console endpoints, and the same page of the
 * China, GovCloud and European Sovereign Cloud partitions). A partition that is not here gets no link.
 */
const CONSOLE_HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Reads an alarm as such, and any other message as it stands. */
export function toAlert(message: SNSMessage): Alert {
  const topic = message.TopicArn.split(':').at(-1) ?? '';
  const alarm = readAlarm(message.Message);
  if (!alarm) {
    return {
      messageId: message.MessageId,
      title: message.Subject || 'Notification',
      text: message.Message,
      facts: facts({ Topic: topic, Time: message.Timestamp }),
    };
  }

  const [, partition = '', , region = '', account = ''] = text(alarm.AlarmArn).split(':');
  return {
    messageId: message.MessageId,
    title: `${alarm.NewStateValue}: ${alarm.AlarmName}`,
    text: [text(alarm.NewStateReason), text(alarm.AlarmDescription)].filter(Boolean).join('\n\n'),
    state: alarm.NewStateValue,
    link: consoleLink(partition, region, alarm.AlarmName),
    facts: facts({
      Before: text(alarm.OldStateValue),
      Region: region || text(alarm.Region),
      Account: account || text(alarm.AWSAccountId),
      Topic: topic,
      Time: text(alarm.StateChangeTime) || message.Timestamp,
    }),
  };
}

function readAlarm(message: string): Alarm | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(message);
    const isAlarm = typeof value.AlarmName === 'string' && typeof value.NewStateValue === 'string';
    return isAlarm ? value : undefined;
  } catch (error) {
    // A message may begin like JSON and be something else: it is shown as it stands.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function consoleLink(partition: string, region: string, alarmName: string): string | undefined {
  const host = Object.hasOwn(CONSOLE_HOSTS, partition) && CONSOLE_HOSTS[partition];
  if (!host || !/^[a-z0-9-]+$/.test(region)) return undefined;
  const alarm = encodeURIComponent(alarmName.toWellFormed());
  return `https://${region}.${host}/cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`;
}

function facts(values: Readonly<Record<string, string>>): Alert['facts'] {
  return Object.entries(values).flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

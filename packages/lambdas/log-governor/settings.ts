import { type Fault, LogGovernorError } from './faults.ts';

/** What the template decided. */
export interface Settings {
  readonly tagKey: string;
  readonly tagValue: string;
  readonly retentionDays: number;
  /** Absent: governed groups keep no subscription of ours. */
  readonly stream?: { readonly arn: string; readonly roleArn: string };
  readonly filterName: string;
}

/** The retentions that CloudWatch Logs takes, in days (API reference, PutRetentionPolicy, retentionInDays). */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** @throws LogGovernorError that names every variable that is missing or no good */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const faults: Fault[] = [];

  function read(name: string, expected: string, isGood: (value: string) => boolean): string {
    const value = environment[name];
    if (value === undefined || !isGood(value)) {
      const received = value === undefined ? 'nothing' : JSON.stringify(value);
      const remedy = `Set ${name} in the function's environment.`;
      faults.push({ code: 'bad-environment', where: name, received, expected, remedy });
    }
    return value ?? '';
  }

  const tagKey = read('TAG_KEY', 'a tag key of 1 to 128 characters', (value) => /^.{1,128}$/.test(value));
  const tagValue = read('TAG_VALUE', 'a tag value of at most 256 characters', (value) => value.length <= 256);
  const retentionDays = read('RETENTION_DAYS', `one of ${RETENTION_DAYS.join(', ')}`, isRetention);
  const arn = read('STREAM_ARN', 'the ARN of a Kinesis stream, or empty', (value) =>
    /^(arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/.+)?$/.test(value),
  );
  const roleArn = read('STREAM_ROLE_ARN', 'the ARN of a role if STREAM_ARN is set, and empty if it is not', (value) =>
    (arn ? /^arn:[^:]+:iam::\d{12}:role\/.+$/ : /^$/).test(value),
  );
  const filterName = read('FILTER_NAME', 'a name of 1 to 512 characters without ":" and "*"', (value) =>
    /^[^:*]{1,512}$/.test(value),
  );

  if (faults.length > 0) throw new LogGovernorError(faults);
  const stream = arn ? { arn, roleArn } : undefined;
  return { tagKey, tagValue, retentionDays: Number(retentionDays), stream, filterName };
}

/** Whether the text is one of the numbers that CloudWatch Logs takes, written plainly. */
export function isRetention(text: string): boolean {
  return RETENTION_DAYS.some((days) => String(days) === text);
}

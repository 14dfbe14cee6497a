import { AlertRouterError, type Fault } from './faults.ts';
import { type Format, isFormat } from './formats.ts';

/** What the template decided. */
export interface Settings {
  readonly secretArn: string;
  readonly format: Format;
  readonly tableName: string;
}

/** @throws AlertRouterError that names every variable that is missing or no good */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { WEBHOOK_SECRET_ARN: secretArn = '', FORMAT: format = '', TABLE_NAME: tableName = '' } = environment;
  const faults: Fault[] = [];

  function expect(isGood: boolean, name: string, received: string, expected: string): void {
    if (isGood) return;
    const remedy = `Set ${name} in the function's environment.`;
    faults.push({ code: 'bad-environment', where: name, received: JSON.stringify(received), expected, remedy });
  }

  const isSecret = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/.test(secretArn);
  // Somebody may have put the URL itself here: it must not come out in a log.
  expect(isSecret, 'WEBHOOK_SECRET_ARN', secretArn ? 'another text' : '', 'the ARN of a Secrets Manager secret');
  expect(isFormat(format), 'FORMAT', format, 'slack, teams or generic');
  expect(tableName !== '', 'TABLE_NAME', tableName, 'the name of a DynamoDB table');

  if (faults.length > 0 || !isFormat(format)) throw new AlertRouterError(faults);
  return { secretArn, format, tableName };
}

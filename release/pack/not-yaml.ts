import { ReleaseError } from '../release-error.ts';

/** A text that was to be a template, with what the parser said about it. */
export function notYaml(where: string, message: string): ReleaseError {
  return new ReleaseError({
    code: 'template-not-yaml',
    where,
    received: message.split('\n', 1)[0]!,
    expected: 'a CloudFormation template in YAML or JSON',
    remedy: 'correct the template',
  });
}

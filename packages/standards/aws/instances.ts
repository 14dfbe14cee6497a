import type { Assumptions } from '../model/conditions.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

/** What describes EC2 instances, and where in it the description stands. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::LaunchConfiguration': '',
  'AWS::EC2::Instance': '',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.',
};

/** Types that say of what image, type and key instances are. */
export const launcherTypes = Object.keys(DESCRIPTIONS);

/** The values of a property of the instances: `ImageId`, `KeyName`. */
export function instanceValues(launcher: Resource, property: string, when?: Assumptions): Value[] {
  return launcher.values(`${DESCRIPTIONS[launcher.type]}${property}`, when);
}

/** Whether a launch template may say what an instance itself does not. */
export function takesLaunchTemplate(launcher: Resource): boolean {
  return launcher.type === 'AWS::EC2::Instance' && launcher.values('LaunchTemplate').some(({ isAbsent }) => !isAbsent);
}

/** Architectures as EC2 calls them. */
export type Architecture = 'x86_64' | 'arm64';

/**
 * The architecture of an instance type such as `t4g.small`; undefined where the name does not say it.
 * Source: EC2 User Guide, "Amazon EC2 instance type naming conventions": a `g` after the generation is Graviton.
 */
export function architectureOfType(type: string): Architecture | undefined {
  const [, family, options] = /^([a-z]+)\d+([a-z]*)\.[a-z0-9-]+$/.exec(type) ?? [];
  if (family === undefined || family === 'mac') return undefined;
  return family === 'a' || options!.includes('g') ? 'arm64' : 'x86_64';
}

/** The architecture of an image, by the name of the public parameter that holds its id. */
export function architectureOfImage(parameterName: string): Architecture | undefined {
  if (!/^(?:resolve:ssm:)?\/aws\/service\//.test(parameterName)) return undefined;
  const isArm = /arm64|aarch64/.test(parameterName);
  const isX86 = /x86_64|amd64|\/ami-windows-latest\//.test(parameterName);
  if (isArm === isX86) return undefined;
  return isArm ? 'arm64' : 'x86_64';
}

import { Aws, CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import { when } from '../definition/flag.ts';
import type { Architecture } from '../definition/image.ts';
import { KitError } from '../kit-error.ts';
import type { Recorder } from '../synthesis/recorder.ts';
import { MACHINE_KEYS, machineMapping, machineRule } from './machine-map.ts';
import type { Resources } from './resources.ts';

type Machine = Resources['artifacts']['machine'];

/**
 * Fn::FindInMap takes no Fn::If for a key, so the condition stands around it. What a branch that is not taken looks up
 * must be in the mapping all the same, so a release writes a row for each region that there is. Sources:
 * CloudFormation Template Reference, "Fn::FindInMap"; a report of that error, aws-cloudformation-templates#271.
 * @throws KitError `architecture-missing`
 */
export function machineOf(
  stack: Stack,
  recorder: Recorder,
  image: Parameters<Machine>[0],
  { imageId, isArm64, when: needed }: Parameters<Machine>[1],
): ReturnType<Machine> {
  const { name, architectures } = image;
  const [only, ...others] = architectures;
  if (others.length > 0 && isArm64 === undefined)
    throw new KitError({
      code: 'architecture-missing',
      where: `machine ${name}`,
      received: 'no isArm64',
      expected: `one: it is made for ${architectures.join(' and ')}`,
      remedy: 'say by a condition on the parameter Architecture which one the stack wants',
    });
  const mapping = machineMapping(name);
  const of = (architecture: Architecture) => Fn.findInMap(mapping, Aws.REGION, MACHINE_KEYS[architecture]);
  if (!recorder.machines.has(name)) {
    recorder.machines.set(name, image);
    // A release adds to the assertion where it publishes the image; until then it asks for another one everywhere.
    new CfnRule(stack, machineRule(name), {
      ...(needed && { ruleCondition: needed }),
      assertions: [
        {
          assert: Fn.conditionNot(Fn.conditionEquals(imageId.orEmpty, '')),
          assertDescription: `${name} is not published to this region: give an image of your own.`,
        },
      ],
    });
  }
  const published = others.length > 0 ? when<string>(isArm64!, of('arm64'), of('x86_64')) : of(only);
  return imageId.or(published);
}

import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { type Entry, entryOf, type Node, scalarsOf } from '../reading/node.ts';

/** The helper script, the API's action, and the cmdlet. Source: CloudFormation User Guide, "cfn-signal". */
const SIGNAL = /cfn-signal|signal[-_]?resource|CFNResourceSignal/i;
/** One command, over lines that end in a backslash. */
const COMMAND = /cfn-signal(?:\.exe)?((?:(?!cfn-signal)(?:\\\r?\n|[^\n]))*)/g;
const OWN_STACK = /--stack[ =]+["']?\$\{AWS::Stack(?:Name|Id)\}/;
const TARGET = /--resource[ =]+["']?([A-Za-z0-9]+)(?![\w$.{-])/;

/** The user data of what launches instances, as it was written. */
export function userDataOf({ properties, type }: Resource): Node | undefined {
  const data = type === 'AWS::EC2::LaunchTemplate' ? entryOf(properties, 'LaunchTemplateData')?.value : properties;
  return entryOf(data, 'UserData')?.value;
}

/** Whether a piece of a template sends signals, or tells an instance how. */
export function mentionsSignal(node: Node | undefined): boolean {
  return node !== undefined && [...scalarsOf(node)].some(({ text }) => SIGNAL.test(text));
}

/** The logical ids of this stack to which a user data sends signals by name, and where. */
export function* signalsIn(userData: Node, template: Template): Generator<{ at: Value; target: string }> {
  for (const argument of encodedIn(userData))
    for (const at of template.valuesOf(argument))
      for (const [, command = ''] of writtenOf(at).matchAll(COMMAND)) {
        const target = OWN_STACK.test(command) && TARGET.exec(command)?.[1];
        if (target) yield { at, target };
      }
}

/** Whether CloudFormation waits for signals to a resource, when it makes or when it updates it. */
export function awaitsSignals(resource: Resource): boolean {
  return (
    resource.attribute('CreationPolicy').some(({ isAbsent }) => !isAbsent) ||
    resource
      .attribute('UpdatePolicy')
      .flatMap((policy) => policy.values('AutoScalingRollingUpdate.WaitOnResourceSignals'))
      .some((waits) => !waits.isAbsent && !waits.is('false'))
  );
}

function* encodedIn(node: Node): Generator<Entry> {
  if (node.kind === 'list') for (const item of node.items) yield* encodedIn(item);
  if (node.kind !== 'map') return;
  for (const [name, entry] of node.entries)
    if (name === 'Fn::Base64') yield entry;
    else yield* encodedIn(entry.value);
}

/** A text with its references as `Fn::Sub` writes them, and a gap where a piece is unknown. */
function writtenOf({ parts }: Value): string {
  return parts.map((part) => (typeof part === 'string' ? part : `\${${part.target ?? ''}}`)).join('');
}

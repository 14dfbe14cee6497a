import { CHECKS } from '../doctor/checks.ts';
import { type Examined, examine } from '../doctor/examine.ts';
import { openContext } from '../doctor/open-context.ts';
import { openAwsClients } from '../host/aws-clients.ts';
import { awsHostOf } from '../host/aws-host-of.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';

/** Looks at a host and at whoever is signed in, and says what would fail. */
export async function doctorCommand(
  context: CommandContext,
  { writeProbe }: { readonly writeProbe?: boolean | undefined },
): Promise<Outcome> {
  const host = awsHostOf(context.host);
  const clients = openAwsClients();
  try {
    const findings = await examine(CHECKS, openContext(host, clients, context, writeProbe ?? false));
    const count = (grade: Examined['grade']): number => findings.filter((finding) => finding.grade === grade).length;
    return {
      document: { host: host.name, findings },
      lines: [
        ...findings.flatMap(linesOf),
        '',
        `${counted(count('fails'), 'thing')} would fail, ${counted(count('warning'), 'warning')}, ${count('ok')} ok`,
      ],
      faulty: count('fails') > 0,
    };
  } finally {
    clients.destroy();
  }
}

function linesOf({ check, grade, where, received, expected, remedy }: Examined): readonly string[] {
  return [
    `${grade.padEnd(7)}  ${check}  ${where}: ${received}`,
    ...(expected === undefined ? [] : [`         expected  ${expected}`]),
    ...(remedy === undefined ? [] : [`         remedy    ${remedy}`]),
  ];
}

import type { InterfaceParameter, TemplateInterface } from '@bitclouded/documents';
import type { Finding } from './finding.ts';

/** What changed for whoever gives a template its parameters and takes its outputs. */
export function compareInterfaces(before: TemplateInterface, after: TemplateInterface): readonly Finding[] {
  return [
    ...compareParameters(before.parameters, after.parameters),
    ...compareOutputs(before.outputs, after.outputs),
    ...compareUse(before, after),
  ];
}

function compareParameters(
  before: readonly InterfaceParameter[],
  after: readonly InterfaceParameter[],
): readonly Finding[] {
  const now = byName(after);
  const was = byName(before);
  const gone = before
    .filter(({ name }) => !now.has(name))
    .map(({ name }): Finding => ({ severity: 'breaking', reason: `Parameter ${name} is gone` }));
  const added = after
    .filter(({ name }) => !was.has(name))
    .map(
      ({ name, default: value }): Finding =>
        value === undefined
          ? { severity: 'breaking', reason: `Parameter ${name} is new and has no default` }
          : { severity: 'safe', reason: `Parameter ${name} is new`, additive: true },
    );
  const kept = before.flatMap((parameter) => {
    const next = now.get(parameter.name);
    return next ? compareParameter(parameter, next) : [];
  });
  return [...gone, ...added, ...kept];
}

function compareParameter(before: InterfaceParameter, after: InterfaceParameter): readonly Finding[] {
  const name = `Parameter ${before.name}`;
  const findings: Finding[] = narrowed(before, after).map((what) => ({
    severity: 'breaking',
    reason: `${name} ${what}`,
  }));
  if (before.default !== after.default)
    findings.push(
      before.default !== undefined && after.default === undefined
        ? { severity: 'breaking', reason: `${name} has no default any more` }
        : { severity: 'safe', reason: `${name} has another default, which stacks that exist do not take` },
    );
  const [from, to] = [before.wiring, after.wiring].map((wiring) => wiring && `${wiring.template} ${wiring.output}`);
  if (from !== to)
    findings.push({
      severity: 'safe',
      reason: `${name} comes from ${to ?? 'nowhere'}, and no longer from ${from ?? 'nowhere'}`,
    });
  return findings;
}

/** In which ways a value that was taken may be refused. */
function narrowed(before: InterfaceParameter, after: InterfaceParameter): readonly string[] {
  const refused = after.allowedValues && before.allowedValues?.filter((value) => !after.allowedValues!.includes(value));
  const above = (limit: number | undefined, other: number | undefined) =>
    limit !== undefined && (other === undefined || limit > other);
  const below = (limit: number | undefined, other: number | undefined) =>
    limit !== undefined && (other === undefined || limit < other);
  return [
    before.kind !== after.kind && `is a ${after.kind}, and was a ${before.kind}`,
    before.type !== after.type && `has the type ${after.type}, and had ${before.type}`,
    after.allowedValues && !before.allowedValues && `takes only ${after.allowedValues.join(', ')} any more`,
    refused && refused.length > 0 && `no longer takes ${refused.join(', ')}`,
    // Which of two patterns is the narrower cannot be decided: a new one may refuse what was taken.
    after.allowedPattern !== undefined &&
      after.allowedPattern !== before.allowedPattern &&
      `must match ${after.allowedPattern}, which may refuse what was taken`,
    above(after.minimum, before.minimum) && `must be at least ${after.minimum}`,
    below(after.maximum, before.maximum) && `must be at most ${after.maximum}`,
  ].filter((what): what is string => typeof what === 'string');
}

function compareOutputs(before: TemplateInterface['outputs'], after: TemplateInterface['outputs']): readonly Finding[] {
  const now = byName(after);
  const was = byName(before);
  return [
    ...before.flatMap(({ name, kind }): Finding[] => {
      const next = now.get(name);
      if (next === undefined) return [{ severity: 'breaking', reason: `Output ${name} is gone` }];
      return next.kind === kind
        ? []
        : [{ severity: 'breaking', reason: `Output ${name} is a ${next.kind}, and was a ${kind}` }];
    }),
    ...after
      .filter(({ name }) => !was.has(name))
      .map(({ name }): Finding => ({ severity: 'safe', reason: `Output ${name} is new`, additive: true })),
  ];
}

/** How often the template is made, and what it asks of those before it. */
function compareUse(before: TemplateInterface, after: TemplateInterface): readonly Finding[] {
  const findings: Finding[] = [];
  if (before.scope !== after.scope)
    findings.push({
      severity: 'breaking',
      reason: `One instance suffices for each ${after.scope}, and was for each ${before.scope}`,
    });
  if (before.instance !== after.instance)
    findings.push({ severity: 'breaking', reason: `Its instances are ${after.instance}, and were ${before.instance}` });
  for (const [template, values] of Object.entries(after.requires))
    for (const [parameter, value] of Object.entries(values))
      if (before.requires[template]?.[parameter] !== value)
        findings.push({ severity: 'breaking', reason: `It asks that ${template} has ${value} as its ${parameter}` });
  return findings;
}

function byName<Named extends { readonly name: string }>(list: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(list.map((entry) => [entry.name, entry]));
}

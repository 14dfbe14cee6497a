import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import type { InterfaceParameter, ValueKind } from '@bitclouded/documents';
import { KitError, render, synthesise, type Template } from '@bitclouded/kit';
import fc from 'fast-check';

const ACCOUNT = '210987654321';
const PLACES = [
  { partition: 'aws', region: 'sa-east-1' },
  { partition: 'aws-cn', region: 'cn-northwest-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
] as const;

/** Where CloudFront takes its certificates from, and is billed: no stack can learn it from its own region. */
const CDN_REGION = 'us-east-1';

const REGION = /\b(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-|iso[a-z]?-)?(?:north|south|east|west|central)+-\d[a-f]?\b/g;
const PARTITION = /\barn:(aws[a-z-]*):/g;
const ACCOUNT_ID = /(?<![\w-])\d{12}(?![\w-])/g;
const MACHINE_IMAGE = /\bami-[0-9a-f]{8,17}\b/g;

const templates: Template[] = [];
beforeAll(async () => {
  for await (const path of glob('packages/templates/*/*/template.ts', { cwd: process.cwd() }))
    templates.push(((await import(join(process.cwd(), path))) as { default: Template }).default);
});

test.each(PLACES)(
  'no template has anything of another partition, region or account in $partition',
  (place) => {
    expect(templates.length).toBeGreaterThan(20);
    const strange: string[] = [];
    for (const template of templates) {
      const { parameters, name } = synthesise(template).interface;
      for (const wires of ['required', 'all'] as const) {
        const values = valuesFor(parameters, wires, place.partition);
        const found = rendered(template, place, values, parameters);
        const text = Object.values(values).reduce(
          (rest, value) => (value.length > 3 ? rest.replaceAll(value, '') : rest),
          JSON.stringify([found.resources, found.outputs]),
        );
        for (const literal of strangersIn(text, place)) strange.push(`${name}: ${literal}`);
      }
    }
    expect([...new Set(strange)]).toEqual([]);
  },
  60_000,
);

function strangersIn(text: string, { partition, region }: (typeof PLACES)[number]): string[] {
  return [
    ...[...text.matchAll(REGION)].map(([found]) => found).filter((found) => found !== region && found !== CDN_REGION),
    ...[...text.matchAll(PARTITION)].filter(([, found]) => found !== partition).map(([found]) => found),
    ...[...text.matchAll(ACCOUNT_ID)].map(([found]) => found).filter((found) => found !== ACCOUNT),
    ...[...text.matchAll(MACHINE_IMAGE)].map(([found]) => found),
  ];
}

/** The first choice of values that the template's rules let pass. */
function rendered(
  template: Template,
  place: (typeof PLACES)[number],
  values: Readonly<Record<string, string>>,
  parameters: readonly InterfaceParameter[],
) {
  const options = { ...place, accountId: ACCOUNT };
  try {
    return render(template, { ...options, parameters: values });
  } catch (error) {
    if (!(error instanceof KitError) || error.code !== 'rule-failed') throw error;
    const others = parameters.filter(({ allowedValues, default: preset }) => allowedValues && preset === undefined);
    const last = Object.fromEntries(others.map(({ name, allowedValues }) => [name, allowedValues!.at(-1)!]));
    return render(template, { ...options, parameters: { ...values, ...last } });
  }
}

/** A value for each parameter that needs one, or that takes another stack's output. */
function valuesFor(
  parameters: readonly InterfaceParameter[],
  wires: 'required' | 'all',
  partition: string,
): Record<string, string> {
  return Object.fromEntries(
    parameters
      .filter(({ wiring, default: preset }) => preset === undefined || (wires === 'all' && wiring !== undefined))
      .map((parameter, index) => [
        parameter.name,
        sampleOf(parameter, index).replace(/^arn:[a-z-]+:/, `arn:${partition}:`),
      ]),
  );
}

/** Ranges are computed with, so they must be of use. */
const RANGES: Partial<Record<ValueKind, string>> = { cidr: '10.0.0.0/16', ipv6Cidr: '2001:db8:1234:1a00::/56' };

function sampleOf({ allowedValues, allowedPattern, minimum, type, kind }: InterfaceParameter, seed: number): string {
  if (RANGES[kind] !== undefined) return RANGES[kind];
  if (allowedValues) return allowedValues[0]!;
  if (type === 'Number') return String(minimum ?? 1);
  const pattern = new RegExp(allowedPattern ?? '^value-[0-9]{6}$');
  // Looks ahead are no part of what is generated, but of what is kept.
  const plain = new RegExp(pattern.source.replace(/\(\?[!=](?:[^()]|\([^()]*\))*\)/g, ''));
  const fitting = fc.stringMatching(plain).filter((text) => text !== '' && pattern.test(text));
  const [one, other, third] = fc.sample(fitting, { seed, numRuns: 3 });
  return type.startsWith('List<') || type === 'CommaDelimitedList' ? [one, other, third].join(',') : one!;
}

import type { TemplateInterface, WiringGrade } from '@bitclouded/documents';
import fc from 'fast-check';
import { ProvisionError } from '../provision-error.ts';
import { closureOf } from './closure-of.ts';

type Wire = readonly [from: string, grade?: WiringGrade];

/** A template that takes the output `<Last part>Out` of each of its wires, and gives its own. */
function template(
  name: string,
  wires: readonly Wire[] = [],
  more: Partial<TemplateInterface> = {},
  asked: readonly string[] = [],
): [string, TemplateInterface] {
  const face: TemplateInterface = {
    schema: 'bitclouded.interface/1',
    kind: 'template',
    name,
    summary: `What ${name} is`,
    scope: 'environment',
    instance: 'shared',
    requires: {},
    parameters: [
      ...wires.map(([from, grade = 'required']) => ({
        ...plainParameter(outputOf(from)),
        ...(grade !== 'required' && { default: '' }),
        wiring: { template: from, output: outputOf(from), grade },
      })),
      ...asked.map(plainParameter),
    ],
    outputs: [{ name: outputOf(name), kind: 'text', description: 'It' }],
    conditions: [],
    resources: [],
    lambdas: [],
    images: [],
    exceptions: [],
    connections: [],
    allowances: [],
    ...more,
  };
  return [name, face];
}

const outputOf = (name: string): string => `${name.slice(name.indexOf('/') + 1).replaceAll('-', '')}Out`;
const plainParameter = (name: string) => ({
  name,
  kind: 'text' as const,
  type: 'String',
  description: `What ${name} means`,
  group: 'g',
  label: name,
  secret: false,
});

const CATALOGUE = new Map([
  template('base/keys'),
  template('base/alerts', [['base/keys']]),
  template('base/network', [], {}, ['Zone']),
  template('data/files', [['base/network'], ['base/alerts', 'recommended']]),
  template('data/rows', [['base/network'], ['base/keys', 'optional']], {}, ['Engine']),
  template('apps/blog', [['data/files'], ['data/rows'], ['apps/cache', 'optional']], {
    requires: { 'data/rows': { Engine: 'mysql' } },
  }),
  template('apps/cache'),
]);

const names = (needs: ReturnType<typeof closureOf>): string[] =>
  needs.map(({ wave, template }) => `${wave} ${template}`);

describe('closureOf', () => {
  it('puts what is needed into waves, and leaves out what is optional', () => {
    expect(names(closureOf('apps/blog', CATALOGUE))).toEqual([
      '1 base/keys',
      '1 base/network',
      '2 base/alerts',
      '2 data/rows',
      '3 data/files',
      '4 apps/blog',
    ]);
  });

  it('leaves out what is recommended when it is to be minimal, and what only that needs', () => {
    expect(names(closureOf('apps/blog', CATALOGUE, { minimal: true }))).toEqual([
      '1 base/network',
      '2 data/files',
      '2 data/rows',
      '3 apps/blog',
    ]);
  });

  it('wires what is there also where it is optional', () => {
    const rows = closureOf('apps/blog', CATALOGUE).find(({ template }) => template === 'data/rows');
    expect(rows!.inputs).toContainEqual({
      parameter: 'keysOut',
      from: 'base/keys',
      output: 'keysOut',
      grade: 'optional',
    });
  });

  it('asks for what has neither a default nor a source, and not for what a consumer settles', () => {
    const asked = closureOf('apps/blog', CATALOGUE).flatMap(({ template, asks }) =>
      asks.map(({ parameter }) => `${template} ${parameter}`),
    );
    expect(asked).toEqual(['base/network Zone']);
    expect(closureOf('apps/blog', CATALOGUE).find(({ template }) => template === 'data/rows')!.set).toEqual({
      Engine: 'mysql',
    });
  });

  it('names every template that is not there, who wants it, and what is called alike', () => {
    const broken = new Map([...CATALOGUE, template('apps/shop', [['base/cache'], ['base/queue']])]);
    expect(faultsOf(() => closureOf('apps/shop', broken))).toMatchObject([
      { code: 'template-unknown', where: 'apps/shop', received: 'base/cache', expected: 'such as apps/cache' },
      { code: 'template-unknown', where: 'apps/shop', received: 'base/queue' },
    ]);
  });

  it('refuses an upstream that two want otherwise', () => {
    const shop = template('apps/shop', [['data/rows'], ['apps/blog']], {
      requires: { 'data/rows': { Engine: 'postgres' } },
    });
    expect(faultsOf(() => closureOf('apps/shop', new Map([...CATALOGUE, shop])))).toMatchObject([
      { code: 'requirement-differs', received: expect.stringContaining('of data/rows') },
    ]);
  });

  it('shows a circle', () => {
    const circle = new Map([template('a/a', [['a/b']]), template('a/b', [['a/c']]), template('a/c', [['a/b']])]);
    expect(faultsOf(() => closureOf('a/a', circle))).toMatchObject([
      { code: 'wiring-circular', received: 'a/b needs a/c needs a/b' },
    ]);
  });

  it('holds all that its members require, each after what it takes, and nothing that nobody wants', () => {
    const grade = fc.constantFrom<WiringGrade>('required', 'recommended', 'optional');
    const graphs = fc
      .array(fc.array(fc.tuple(fc.nat(), grade), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
      .map((nodes) => {
        const wires = nodes.map((own, i) =>
          i === 0 ? [] : [...new Map(own.map(([to, how]) => [`n/${to % i}`, how])).entries()],
        );
        return new Map(wires.map((own, i) => template(`n/${i}`, own)));
      });
    fc.assert(
      fc.property(graphs, fc.boolean(), (catalogue, minimal) => {
        const root = `n/${catalogue.size - 1}`;
        const needs = closureOf(root, catalogue, { minimal });
        const waveOf = new Map(needs.map((need) => [need.template, need.wave]));
        const wanted = new Set([root]);
        for (const { template: name, wave, inputs } of [...needs].reverse()) {
          expect(wanted).toContain(name);
          for (const { wiring } of catalogue.get(name)!.parameters)
            if (wiring!.grade === 'required' || (wiring!.grade === 'recommended' && !minimal)) {
              expect(waveOf.has(wiring!.template)).toBe(true);
              wanted.add(wiring!.template);
            }
          for (const { from } of inputs) expect(waveOf.get(from)).toBeLessThan(wave);
        }
      }),
    );
  });
});

function faultsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ProvisionError) return error.faults;
    throw error;
  }
  return [];
}

import { expandLoops, type Undecided } from '../reading/for-each.ts';
import { READ_LIMITS } from '../reading/limits.ts';
import { type Entry, entryOf, type MapNode, type Node } from '../reading/node.ts';
import { readSource } from '../reading/read-source.ts';
import type { Source } from '../reading/source.ts';
import { type PlacedFault, StandardsError } from '../standards-error.ts';
import { Conditions, NOTHING_ASSUMED } from './conditions.ts';
import { type Parameters, readParameters } from './parameter.ts';
import { referrersOf } from './referrers.ts';
import { Resource } from './resource.ts';
import { type Scope, Value } from './value.ts';

/** Macros that leave alone what they find. Every other may change anything. Source: CloudFormation, "Transform reference". */
const HARMLESS_MACROS = /^AWS::(?:LanguageExtensions|CodeDeployBlueGreen|ServiceCatalog|SecretsManager-.*)$/;

/** A CloudFormation template as it was written, with what can be said of its values. */
export class Template {
  readonly source: Source;
  readonly root: MapNode;
  readonly parameters: Parameters;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Loops and macros whose result nobody knows from the template alone. */
  readonly undecided: readonly Undecided[];
  /** Whether the resources are all that there will be; else nothing can be concluded from one that is missing. */
  readonly isComplete: boolean;
  readonly #scope: Scope;
  readonly #byType: ReadonlyMap<string, readonly Resource[]>;
  #referrers: ReadonlyMap<string, ReadonlySet<Resource>> | undefined;

  /**
   * @param file what messages call the file
   * @throws StandardsError where the bytes are no template; see `readSource`
   */
  static read(bytes: Uint8Array, file: string): Template {
    const { source, root } = readSource(bytes, file);
    const expanded = expandLoops(root, source);
    return new Template(source, checkedRoot(expanded.root, source), expanded.undecided);
  }

  private constructor(source: Source, root: MapNode, undecided: readonly Undecided[]) {
    this.source = source;
    this.root = root;
    this.undecided = undecided;
    this.parameters = readParameters(this.section('Parameters'));
    this.#scope = {
      parameters: this.parameters,
      conditions: new Conditions(this.section('Conditions'), this.parameters),
      mappings: this.section('Mappings'),
    };
    const section = this.section('Resources')!;
    this.isComplete = !section.open && !section.entries.has('Fn::Transform');
    this.resources = new Map(
      [...section.entries].flatMap(([logicalId, entry]) => {
        const type = entryOf(entry.value, 'Type')?.value;
        return type?.kind === 'scalar' ? [[logicalId, new Resource(entry, type.text, this.#scope)]] : [];
      }),
    );
    this.#byType = Map.groupBy(this.resources.values(), ({ type }) => type);
  }

  /** A section, where it is written as a map. */
  section(name: string): MapNode | undefined {
    const node = entryOf(this.root, name)?.value;
    return node?.kind === 'map' ? node : undefined;
  }

  ofType(...types: readonly string[]): Resource[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /** The resource that a value refers to. */
  referred(value: Value): Resource | undefined {
    return value.reference && this.resources.get(value.reference.target);
  }

  /** The resources that name this one in their properties. */
  referrers({ logicalId }: Resource): readonly Resource[] {
    this.#referrers ??= referrersOf(this.resources.values());
    return [...(this.#referrers.get(logicalId) ?? [])];
  }

  /** The values of something outside the resources: an output, a parameter's declaration. */
  valuesOf({ key, value }: Entry): Value[] {
    return Value.all(value, key, NOTHING_ASSUMED, this.#scope);
  }

  /** Why the standards say nothing about this template; undefined where they do. */
  get leftAlone(): string | undefined {
    const transform = entryOf(this.root, 'Transform')?.value;
    if (!transform) return undefined;
    const macros = (transform.kind === 'list' ? transform.items : [transform]).map(macroName);
    if (macros.some((name) => name.startsWith('AWS::Serverless')))
      return 'AWS SAM writes its resources anew; check what `sam build` and the transform make of it';
    const changing = macros.find((name) => !HARMLESS_MACROS.test(name));
    return changing === undefined ? undefined : `the macro ${changing} may change anything in it`;
  }
}

function macroName(node: Node): string {
  if (node.kind === 'scalar') return node.text;
  const name = entryOf(node, 'Name')?.value;
  return name?.kind === 'scalar' ? name.text : 'without a name';
}

/** A root that is a template: resources, each with a type, and no more than CloudFormation would look at. */
function checkedRoot(root: Node, source: Source): MapNode {
  const resources = entryOf(root, 'Resources')?.value;
  if (root.kind !== 'map' || resources?.kind !== 'map')
    throw new StandardsError(
      source.fault(entryOf(root, 'AWSTemplateFormatVersion') ? 'template-invalid' : 'not-a-template', root, {
        received: root.kind === 'map' ? describeKeys(root) : `a ${root.kind}`,
        expected: 'a map with the section Resources',
        remedy: 'give a CloudFormation template',
      }),
    );
  const faults = [...resources.entries.values()].flatMap((entry) => typeFault(entry, source));
  if (resources.entries.size > READ_LIMITS.resources)
    faults.unshift(
      source.fault('template-too-large', resources, {
        received: `${resources.entries.size} resources`,
        expected: `at most ${READ_LIMITS.resources}; CloudFormation takes 500`,
        remedy: 'split the template',
      }),
    );
  if (faults.length > 0) throw new StandardsError(faults.slice(0, READ_LIMITS.faults));
  return root;
}

function typeFault({ key, value }: Entry, source: Source): PlacedFault[] {
  const isMacro = key.text === 'Fn::Transform' || key.text.startsWith('Fn::ForEach::');
  if (isMacro || entryOf(value, 'Type')?.value.kind === 'scalar') return [];
  return [
    source.fault('template-invalid', key, {
      received: `${key.text} without a Type`,
      expected: 'a Type, such as AWS::S3::Bucket',
      remedy: 'say what it is',
    }),
  ];
}

function describeKeys({ entries }: MapNode): string {
  const keys = [...entries.keys()];
  return `a map of ${keys.slice(0, 5).join(', ') || 'nothing'}${keys.length > 5 ? ', …' : ''}`;
}

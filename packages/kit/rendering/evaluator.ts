import { KitError, type KitErrorCode } from '../kit-error.ts';
import { cidrBlocks } from './cidr-blocks.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Arguments = readonly Json[];

/** Stands for `AWS::NoValue` until what holds it leaves it out. */
const NO_VALUE = Symbol('AWS::NoValue');

/** Resolves intrinsic functions over one template and one set of parameter values. */
export class Evaluator {
  readonly #where: string;
  readonly #sections: Readonly<Record<string, Record<string, Json>>>;
  readonly #parameters: Readonly<Record<string, Json>>;
  readonly #pseudo: Readonly<Record<string, string>>;
  readonly #decided = new Map<string, boolean>();
  readonly #referenced = new Set<string>();

  constructor(
    where: string,
    sections: Readonly<Record<string, Record<string, Json>>>,
    parameters: Readonly<Record<string, Json>>,
    pseudo: Readonly<Record<string, string>>,
  ) {
    this.#where = where;
    this.#sections = sections;
    this.#parameters = parameters;
    this.#pseudo = pseudo;
  }

  value(value: Json): Json {
    const resolved = this.#resolve(value);
    return resolved === NO_VALUE ? '' : (resolved as Json);
  }

  condition(name: string): boolean {
    const known = this.#decided.get(name);
    if (known !== undefined) return known;
    const expression = this.#sections.Conditions?.[name];
    if (expression === undefined)
      throw this.#fault('reference-unknown', `condition ${name}`, 'a condition of the template');
    const decided = this.truth(expression);
    this.#decided.set(name, decided);
    return decided;
  }

  /** Decides a condition's expression. */
  truth(expression: Json): boolean {
    const [[name, argument] = ['', null]] = Object.entries(expression as Record<string, Json>);
    if (name === 'Condition') return this.condition(argument as string);
    const list = argument as Arguments;
    if (name === 'Fn::And') return list.every((inner) => this.truth(inner));
    if (name === 'Fn::Or') return list.some((inner) => this.truth(inner));
    if (name === 'Fn::Not') return !this.truth(list[0]!);
    if (name === 'Fn::Equals') return String(this.value(list[0]!)) === String(this.value(list[1]!));
    throw this.#fault('intrinsic-unknown', name, 'a condition function');
  }

  /** A resource that is made must not point at one that is not. */
  checkReferences(resources: Readonly<Record<string, unknown>>): void {
    const missing = [...this.#referenced].filter((logicalId) => !(logicalId in resources));
    if (missing.length > 0)
      throw this.#fault(
        'reference-unknown',
        missing.join(', '),
        'references to resources that the conditions let be made',
      );
  }

  #resolve(value: Json): Json | typeof NO_VALUE {
    if (Array.isArray(value))
      return value.map((item) => this.#resolve(item)).filter((item): item is Json => item !== NO_VALUE);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    if (entries.length === 1) {
      const [name, argument] = entries[0]!;
      if (name === 'Ref') return this.#ref(argument as string);
      if (name.startsWith('Fn::')) return this.#call(name, argument);
    }
    return Object.fromEntries(
      entries
        .map(([key, inner]) => [key, this.#resolve(inner)] as const)
        .filter((entry): entry is [string, Json] => entry[1] !== NO_VALUE),
    );
  }

  #ref(name: string): Json | typeof NO_VALUE {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const known = this.#pseudo[name] ?? this.#parameters[name];
    if (known !== undefined) return known;
    if (!(name in (this.#sections.Resources ?? {})))
      throw this.#fault('reference-unknown', name, 'a parameter, a resource or a pseudo parameter');
    this.#referenced.add(name);
    return `\${${name}}`;
  }

  #attribute(path: string): string {
    const [logicalId = ''] = path.split('.');
    if (!(logicalId in (this.#sections.Resources ?? {})))
      throw this.#fault('reference-unknown', path, 'an attribute of a resource of the template');
    this.#referenced.add(logicalId);
    return `\${${path}}`;
  }

  #call(name: string, argument: Json): Json | typeof NO_VALUE {
    const list = argument as Arguments;
    switch (name) {
      case 'Fn::If':
        return this.#resolve(this.condition(list[0] as string) ? list[1]! : list[2]!);
      case 'Fn::GetAtt':
        return this.#attribute(Array.isArray(argument) ? argument.join('.') : String(argument));
      case 'Fn::Join':
        return this.#items(list[1]!).map(String).join(String(list[0]));
      case 'Fn::Split':
        return String(this.value(list[1]!)).split(String(list[0]));
      case 'Fn::Select':
        return this.#select(Number(this.value(list[0]!)), list[1]!);
      case 'Fn::Sub':
        return Array.isArray(argument)
          ? this.#substitute(String(list[0]), list[1] as Record<string, Json>)
          : this.#substitute(String(argument), {});
      case 'Fn::FindInMap':
        return this.#findInMap(list.map((key) => String(this.value(key))));
      case 'Fn::Base64':
        return Buffer.from(String(this.value(argument))).toString('base64');
      case 'Fn::Cidr':
        return this.#cidr(list);
      default:
        throw this.#fault('intrinsic-unknown', name, 'an intrinsic function that a template of the catalogue may use');
    }
  }

  #items(value: Json): Arguments {
    const resolved = this.value(value);
    return Array.isArray(resolved) ? resolved : [resolved];
  }

  #select(index: number, from: Json): Json {
    const items = this.value(from);
    // A list that only AWS knows, such as a VPC's IPv6 blocks.
    if (!Array.isArray(items)) return `${String(items)}[${index}]`;
    const item = items[index];
    if (item === undefined)
      throw this.#fault('reference-unknown', `item ${index} of ${items.length}`, 'an index within the list');
    return item;
  }

  #substitute(text: string, variables: Record<string, Json>): string {
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(this.value(variables[name]!));
      return name.includes('.') ? this.#attribute(name) : String(this.value({ Ref: name }));
    });
  }

  #findInMap([map = '', first = '', second = '']: readonly string[]): Json {
    const mapping = this.#sections.Mappings?.[map] as Record<string, Record<string, Json>> | undefined;
    const found = mapping?.[first]?.[second];
    if (found !== undefined) return found;
    // A region's entry comes with the release that binds the template.
    if (map === 'Artifacts' && first === this.#pseudo['AWS::Region']) return 'unbound';
    throw this.#fault('reference-unknown', `${map}, ${first}, ${second}`, 'keys of a mapping of the template');
  }

  #cidr([block, count, bits]: Arguments): Json {
    const range = String(this.value(block!));
    const size = Number(this.value(count!));
    // A range that only AWS knows is cut in words.
    if (range.includes('$')) return Array.from({ length: size }, (_, index) => `${range}/${index}`);
    const hostBits = Number(this.value(bits!));
    const blocks = cidrBlocks(range, size, hostBits);
    if (!blocks)
      throw this.#fault('parameter-invalid', range, `a range that holds ${size} blocks of ${hostBits} host bits each`);
    return blocks;
  }

  #fault(code: KitErrorCode, received: string, expected: string): KitError {
    return new KitError({ code, where: this.#where, received, expected, remedy: 'correct the template' });
  }
}

import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { notYaml } from '../pack/not-yaml.ts';

/** A template's values. Scalars are strings, as CloudFormation compares them. */
export type Value = string | readonly Value[] | { readonly [key: string]: Value };
export type Section = { readonly [key: string]: Value };

/**
 * A published template as data, with intrinsic functions in their long form: `!Ref X` → `{ Ref: 'X' }`,
 * `!GetAtt X.Arn` → `{ 'Fn::GetAtt': ['X', 'Arn'] }`. Comments, order and quotes do not survive.
 * @throws ReleaseError `template-not-yaml`
 */
export function parseTemplate(text: string, where = 'the template'): Section {
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' });
  if (document.errors.length > 0) throw notYaml(where, document.errors[0]!.message);
  const value = toValue(document.contents, document);
  return isObject(value) ? value : {};
}

export function isObject(value: Value | undefined): value is Section {
  return typeof value === 'object' && !Array.isArray(value);
}

function toValue(node: unknown, document: Document.Parsed): Value {
  if (isAlias(node)) return toValue(node.resolve(document), document);
  if (isScalar(node)) return intrinsic(node.tag, String(node.value ?? ''));
  if (isSeq(node))
    return intrinsic(
      node.tag,
      node.items.map((item) => toValue(item, document)),
    );
  if (isMap(node))
    return intrinsic(
      node.tag,
      Object.fromEntries(
        node.items.map(({ key, value }) => {
          const name = isScalar(key) ? String(key.value) : String(key);
          const inner = toValue(value, document);
          return [name, name === 'Fn::GetAtt' ? attributePath(inner) : inner];
        }),
      ),
    );
  return '';
}

function intrinsic(tag: string | undefined, value: Value): Value {
  const name = tag?.startsWith('!') ? tag.slice(1) : '';
  if (name === '') return value;
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  return { [`Fn::${name}`]: name === 'GetAtt' ? attributePath(value) : value };
}

/** `Vpc.CidrBlock` → `['Vpc', 'CidrBlock']`; a nested stack's `Stack.Outputs.Name` keeps the rest together. */
function attributePath(value: Value): Value {
  if (typeof value !== 'string' || !value.includes('.')) return value;
  const dot = value.indexOf('.');
  return [value.slice(0, dot), value.slice(dot + 1)];
}

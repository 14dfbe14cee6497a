import ts from 'typescript';
import { type Definition, definitionsOf, nameOf, propertyOf } from './definition.ts';
import { placeOf } from './parse-typescript.ts';
import type { Convention, Violation } from './violation.ts';

/** No two templates have an output of one name: wiring goes by the name alone. */
export const outputNames: Convention = (files) => {
  const owners = new Map<string, string>();
  return definitionsOf(files)
    .filter(({ unit }) => unit.kind === 'template')
    .flatMap((definition) => checkOutputs(definition, owners));
};

function checkOutputs(definition: Definition, owners: Map<string, string>): Violation[] {
  const outputs = propertyOf(definition, 'outputs');
  if (!outputs || !ts.isObjectLiteralExpression(outputs))
    return [
      {
        where: definition.file.path,
        received: 'outputs that are not written out',
        remedy: 'write outputs: { … } in place',
      },
    ];
  return outputs.properties.flatMap((property) => {
    const where = placeOf(definition.file, property);
    const name = property.name && nameOf(property.name);
    if (name === undefined)
      return [{ where, received: property.getText(), remedy: 'write each output out by its name' }];
    const owner = owners.get(name);
    owners.set(name, owner ?? definition.unit.name);
    return owner === undefined
      ? []
      : [{ where, received: `${name}, an output of ${owner}, too`, remedy: 'rename one of them' }];
  });
}

import ts from 'typescript';
import { definitionsOf, propertyOf } from './definition.ts';
import type { Convention } from './violation.ts';

/** The name in a unit's definition is its folder's path. */
export const unitNames: Convention = (files) =>
  definitionsOf(files).flatMap((definition) => {
    const name = propertyOf(definition, 'name');
    if (name && ts.isStringLiteralLike(name) && name.text === definition.unit.name) return [];
    return [
      {
        where: definition.file.path,
        received: `name: ${name?.getText() ?? 'none'}`,
        remedy: `write name: '${definition.unit.name}', or rename the folder`,
      },
    ];
  });

import { placeOf as unitAt } from '../nx-plugin/inference/unit.ts';
import { definitionPath } from './definition.ts';
import { importsOf } from './imports.ts';
import type { Convention } from './violation.ts';

/** Of a unit, others know its definition alone: the default export of `template.ts`, `lambda.ts` or `image.ts`. */
export const unitImports: Convention = (files) =>
  importsOf(files).flatMap(({ from, where, specifier, target, names, typeOnly }) => {
    const unit = unitAt(target);
    if (!unit) return [];
    const definition = definitionPath(unit);
    if (unitAt(from.path)?.folder === unit.folder) {
      const loadsHandler = from.path === definition && target === `${unit.folder}/handler.ts` && !typeOnly;
      const remedy = "import its types alone: who reads the definition must not load the handler's clients";
      return loadsHandler ? [{ where, received: `'${specifier}'`, remedy }] : [];
    }
    if (target !== definition)
      return [
        { where, received: `'${specifier}'`, remedy: `import ${definition}, or move what both need into a package` },
      ];
    if (names.some((name) => name !== 'default'))
      return [{ where, received: `{ ${names.join(', ')} } of ${target}`, remedy: 'import its default export alone' }];
    return [];
  });

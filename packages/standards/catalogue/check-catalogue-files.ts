import { type Finding, findingOf } from '../finding.ts';
import { Template } from '../model/template.ts';
import { catalogueStandard, checkCatalogue } from './check-catalogue.ts';

/**
 * Holds the published templates of one catalogue against each other, all of them at once.
 * @throws StandardsError where one is no template
 */
export function checkCatalogueFiles(
  files: readonly { readonly file: string; readonly bytes: Uint8Array }[],
): Finding[] {
  const templates = files.map(({ file, bytes }) => Template.read(bytes, file));
  return checkCatalogue(templates).map(({ template, found }) =>
    findingOf(found, catalogueStandard, catalogueStandard.severity, template.source),
  );
}

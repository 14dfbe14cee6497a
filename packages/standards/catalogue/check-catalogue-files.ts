import { type Finding, findingOf } from '../finding.ts';
import { Template } from '../model/template.ts';
import { type CatalogueOptions, catalogueStandard, checkCatalogue } from './check-catalogue.ts';
import { faceOf } from './wiring.ts';

/**
 * Holds the published templates of one catalogue against each other, all of them at once. Fewer than two that are of
 * a catalogue have nothing to fit: what one says alone, `wiring-fits` looks at.
 * @throws StandardsError where one is no template
 */
export function checkCatalogueFiles(
  files: readonly { readonly file: string; readonly bytes: Uint8Array }[],
  options: CatalogueOptions = {},
): Finding[] {
  const templates = files.map(({ file, bytes }) => Template.read(bytes, file)).filter(faceOf);
  if (templates.length < 2) return [];
  return checkCatalogue(templates, options).map(({ template, found }) =>
    findingOf(found, catalogueStandard, catalogueStandard.severity, template.source),
  );
}

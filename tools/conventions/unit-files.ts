import { checkFolder } from '../nx-plugin/inference/check-folder.ts';
import { placeOf as unitAt, unitKinds, unitsOf } from '../nx-plugin/inference/unit.ts';
import type { Convention, Violation } from './violation.ts';

/** A unit's folder holds the files of its kind, a README among them; between the folders lies nothing. */
export const unitFiles: Convention = (files) => {
  const paths = files.map(({ path }) => path);
  const faults = unitsOf(paths).flatMap((unit) => checkFolder(unit));
  return [
    ...faults.map(({ where, received, remedy }): Violation => ({ where, received, remedy })),
    ...paths.filter(liesBetweenUnits).map((path) => ({
      where: path,
      received: 'a file beside the folders of units',
      remedy: 'move it into a unit, or into the package whose subject it is',
    })),
  ];
};

function liesBetweenUnits(path: string): boolean {
  return Object.values(unitKinds).some(({ folder }) => path.startsWith(`${folder}/`)) && !unitAt(path);
}

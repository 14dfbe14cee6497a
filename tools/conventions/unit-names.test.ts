import { repositoryFiles } from './repository-files.ts';
import { unitNames } from './unit-names.ts';
import { describeViolations } from './violation.ts';

const path = 'packages/templates/networking/vpc/template.ts';
const check = (text: string) => describeViolations(unitNames([{ path, text }]));

describe("a unit's name is its path", () => {
  it('in every unit', () => {
    expect(describeViolations(unitNames(repositoryFiles()))).toEqual([]);
  });

  it.each([
    ["export default defineTemplate({ name: 'networking/vcp' });", "name: 'networking/vcp'"],
    ['export default defineTemplate({ name: `networking/${x}` });', 'name: `networking/${x}`'],
    ['export default defineTemplate({ summary: "x" });', 'name: none'],
  ])('refuses %s', (text, received) => {
    expect(check(text)).toEqual([`${path}: ${received} — write name: 'networking/vpc', or rename the folder`]);
  });

  it('takes the path', () => {
    expect(check("export default defineTemplate({ name: 'networking/vpc', ...more });")).toEqual([]);
  });
});

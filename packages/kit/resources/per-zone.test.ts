import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { render } from '../rendering/render.ts';

const template = defineTemplate({
  name: 'test/zonal',
  summary: 'Addresses by zone',
  parameters: {
    Zone1: param.zoneName({ description: 'First zone' }),
    Zone2: param.zoneName({ description: 'Second zone' }),
    Zone3: param.optionalZoneName({ description: 'Third zone' }),
    Doubled: param.flag({ description: 'A second address in each zone' }),
  },
  outputs: { Zone: output.zoneName('First zone') },
  build({ params, perZone }) {
    perZone(params, ({ scope }) => new CfnEIP(scope, 'First'));
    perZone(params, ({ scope }) => params.Doubled.guards(new CfnEIP(scope, 'Second')));
    perZone(params, ({ scope }) => params.Doubled.guards(new CfnEIP(scope, 'Spare')));
    return { Zone: params.Zone1 };
  },
});
const made = (parameters: Record<string, string>): string[] =>
  Object.keys(render(template, { parameters: { Zone1: 'eu-west-1a', Zone2: 'eu-west-1b', ...parameters } }).resources);

test('what a third zone holds under a condition of its own needs both: the zone and the condition', () => {
  const first = ['Zone1First', 'Zone2First'];
  const doubled = ['Zone1Second', 'Zone2Second', 'Zone1Spare', 'Zone2Spare'];
  expect(made({}).sort()).toEqual(first);
  expect(made({ Doubled: 'true' }).sort()).toEqual([...first, ...doubled].sort());
  expect(made({ Zone3: 'eu-west-1c' }).sort()).toEqual([...first, 'Zone3First'].sort());
  expect(made({ Zone3: 'eu-west-1c', Doubled: 'true' }).sort()).toEqual(
    [...first, ...doubled, 'Zone3First', 'Zone3Second', 'Zone3Spare'].sort(),
  );
});

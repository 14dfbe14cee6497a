import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import fc from 'fast-check';
import { parse } from 'yaml';
import { defineTemplate } from '../definition/template.ts';
import { synthesise } from './synthesise.ts';
import { toYaml } from './yaml.ts';

const base = { name: 'test/template', summary: 'A template' };

describe('the YAML', () => {
  it('says to any YAML 1.1 parser what the template says', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('yes', 'no', 'on', '012', '1e3', '2010-09-09', '~', 'null', '${Vpc}', '- a', 'a: b', '#'),
    );
    fc.assert(
      fc.property(
        text,
        fc.dictionary(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), text, { maxKeys: 4 }),
        (description, mapping) => {
          const template = defineTemplate({
            ...base,
            parameters: {},
            outputs: {},
            build({ scope }) {
              new CfnVPC(scope, 'Vpc', {
                tags: [
                  { key: 'Text', value: description },
                  ...Object.entries(mapping).map(([key, value]) => ({ key, value })),
                ],
              });
              return {};
            },
          });
          const { yaml, template: json } = synthesise(template);
          const read = parse(yaml, { version: '1.1', logLevel: 'silent' }) as {
            Resources: { Vpc: { Properties: { Tags: { Key: string; Value: unknown }[] } } };
          };
          const wanted = (json.Resources as { Vpc: { Properties: { Tags: { Key: string; Value: unknown }[] } } }).Vpc
            .Properties.Tags;
          expect(read.Resources.Vpc.Properties.Tags.filter(({ Key }) => Key !== 'Name')).toEqual(
            wanted.filter(({ Key }) => Key !== 'Name'),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  // PyYAML and SnakeYAML end a plain text there; the parser above does not.
  it('quotes a question mark within a list on one line', () => {
    const yaml = toYaml({ Resources: { Schedule: { 'Fn::If': ['Weekly', 'cron(0 9 ? * TUE *)', 'rate(1 day)'] } } });
    expect(yaml).toContain('Schedule: !If [Weekly, "cron(0 9 ? * TUE *)", rate(1 day)]');
  });

  it('quotes a lone equals sign, which is a type of its own there', () => {
    expect(toYaml({ Value: { 'Fn::Split': ['=', { Ref: 'Pair' }] } })).toBe('Value: !Split ["=", !Ref Pair]\n');
  });
});

import { parse } from 'yaml';
import { countsIn, excusedIn, published, rulesOfEach, tally } from './collection-counts.ts';

const ALARM = 'Type: AWS::CloudWatch::Alarm, Properties: { AlarmActions';
const template = (resources: string, parameters = '{}'): string =>
  `Parameters: ${parameters}\nResources:\n${resources.replace(/^/gm, '  ')}\n`;

describe('counts', () => {
  it('are of resources of all templates, and of parameters by their names', () => {
    const one = template(
      'A: { Type: AWS::SNS::Topic }\nB: { Type: AWS::SQS::Queue, Condition: No }',
      '{ Vpc: {}, A: {} }',
    );
    const other = template('A: { Type: "AWS::SNS::Topic" }', '{ Vpc: {} }');
    expect(countsIn([one, other])).toEqual({ templates: 2, resources: 3, parameters: 2, alarms: 0, kept: 0 });
  });

  it.each([
    ['that tell a topic', `{ ${ALARM}: [!Ref Topic] } }`, 1],
    ['that tell what another stack exports', `{ ${ALARM}: [{ 'Fn::ImportValue': !Sub 'a-b' }] } }`, 1],
    ['that tell by a condition', `{ ${ALARM}: !If [HasTopic, [!Ref Grow], !Ref AWS::NoValue] } }`, 1],
    ['that tell nobody', '{ Type: AWS::CloudWatch::Alarm }', 1],
    ['that tell a topic and scale', `{ ${ALARM}: [!Ref Grow, !Ref Topic] } }`, 1],
    ['that only scale', `{ ${ALARM}: [!Ref Grow] } }`, 0],
    ['that only scale, in the long form', `{ ${ALARM}: [{ Ref: Grow }] } }`, 0],
  ])('are of alarms %s: %s is %i', (_, alarm, alarms) => {
    const text = template(
      `Grow: { Type: AWS::AutoScaling::ScalingPolicy }\nTopic: { Type: AWS::SNS::Topic }\nA: ${alarm}`,
    );
    expect(countsIn([text]).alarms).toBe(alarms);
  });

  it.each([
    ['Retain', 1],
    ['RetainExceptOnCreate', 1],
    ['Snapshot', 1],
    ['Delete', 0],
  ])('are of what a deletion keeps: %s is %i', (policy, kept) => {
    expect(countsIn([template(`A: { Type: AWS::SNS::Topic, DeletionPolicy: ${policy} }`)]).kept).toBe(kept);
  });

  it.each([
    ['is empty', '', 'no resources'],
    ['is no YAML', 'Resources: [', 'must be'],
    ['is another file', 'services: { web: {} }', 'no resources'],
    ['has loops', template("'Fn::ForEach::A': [I, [x], { 'T${I}': { Type: AWS::SNS::Topic } }]"), 'Fn::ForEach::A'],
  ])('are refused of a text that %s', (_, text, why) => {
    expect(() => countsIn([text])).toThrow(why);
  });
});

describe('a template of ours', () => {
  const looksUp = 'S3Bucket: !FindInMap [Artifacts, !Ref AWS::Region, Bucket]\n';

  it('has a bucket for the region in which linters look at it', () => {
    const text = published(`Mappings:\n  Artifacts:\n    drain:\n      Key: unbound\n${looksUp}`);
    expect(parse(text, { logLevel: 'error' }).Mappings).toEqual({
      Artifacts: { 'us-east-1': { Bucket: 'bitclouded-us-east-1' }, drain: { Key: 'unbound' } },
    });
  });

  it('has machine images for that region', () => {
    const text = published('Mappings:\n  MachineBase:\n    base:\n      Arm64: unbound\n');
    expect(parse(text).Mappings.MachineBase['us-east-1']).toEqual({
      Arm64: 'ami-00000000000000001',
      X8664: 'ami-00000000000000002',
    });
  });

  it('stays as it is without functions, and is refused without the mapping', () => {
    const image = 'Mappings:\n  Artifacts:\n    wordpress:\n      Image: unbound\n';
    expect(published(image)).toBe(image);
    expect(() => published(looksUp)).toThrow('does not have');
  });
});

describe('findings', () => {
  it('go to the files that they are of, none to those without', () => {
    const said = ['b', 'a', 'b'].map((file, index) => ({ file, rule: `R${index}` }));
    expect(rulesOfEach(said, ['a', 'b', 'c'])).toEqual([['R1'], ['R0', 'R2'], []]);
  });

  it('of a file that nobody knows are not lost', () => {
    expect(() => rulesOfEach([{ file: 'd', rule: 'R' }], ['a'])).toThrow('d, which is none of a');
  });

  it('are told by rule, the most frequent one first', () => {
    expect(tally(['B', 'C', 'A', 'C'])).toBe('2 C, A, B');
    expect(tally([])).toBe('');
  });

  it('that are excused count for their file', () => {
    const excused = [{ standard: 'gp3' }, { standard: 'no-acls' }];
    expect(excusedIn({ files: [{ file: 'a', leftAlone: null, limited: [], excused }, { file: 'b' }] })).toEqual([
      { file: 'a', rule: 'gp3' },
      { file: 'a', rule: 'no-acls' },
    ]);
  });

  it('are not counted where the check did not look, or does not tell all', () => {
    expect(() => excusedIn({ files: [{ file: 'a', leftAlone: 'a macro' }] })).toThrow('a alone: a macro');
    expect(() => excusedIn({ files: [{ file: 'a', limited: ['gp3'] }] })).toThrow('more findings of gp3');
  });
});

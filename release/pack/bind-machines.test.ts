import { parseTemplate } from '../plan/parse-template.ts';
import { LOCAL, PRODUCTION } from '../testing/hosts.ts';
import { type Artifacts, bind } from './bind.ts';

const SERVERS = `Parameters:
  ImageId:
    Type: String
    Default: ''

Mappings:
  MachineLinuxBase:
    linux-base:
      Arm64: unbound
      X8664: unbound

Rules:
  PublishedLinuxBase:
    Assertions:
      - Assert: !Not
          - Fn::Equals:
              - !Ref ImageId
              - ''
        AssertDescription: "linux-base is not published to this region: give an image of your own."

Resources: {}
`;
/** Of the form of an AMI, and none. */
const NONE = 'ami-00000000000000000';
const AMI = { arm64: 'ami-0000000000000000a', x86_64: 'ami-0000000000000000b' };
const artifacts = (machines: NonNullable<Artifacts['machines']>): Artifacts => ({
  functions: new Map(),
  images: new Map(),
  machines,
});
const LOCKED = artifacts(new Map([['linux-base', { 'eu-west-1': AMI, 'us-east-1': AMI }]]));

test('a locked machine image has a row for each region, and a rule that names them', () => {
  const { Mappings, Rules } = parseTemplate(bind(SERVERS, PRODUCTION, LOCKED));
  const row = { Arm64: AMI.arm64, X8664: AMI.x86_64 };
  expect(Mappings).toMatchObject({ MachineLinuxBase: { 'eu-west-1': row, 'us-east-1': row } });
  expect(Rules).toMatchObject({
    PublishedLinuxBase: {
      Assertions: [
        {
          Assert: {
            'Fn::Or': [{ 'Fn::Contains': [['eu-west-1', 'us-east-1'], { Ref: 'AWS::Region' }] }, expect.anything()],
          },
          AssertDescription:
            'linux-base is published to eu-west-1, us-east-1 alone: elsewhere give an image of your own.',
        },
      ],
    },
  });
});

test('an unlocked one has no AMI: the user is to give an image', () => {
  const bound = bind(SERVERS, LOCAL, artifacts(new Map()));
  expect(new Set(bound.match(/ami-\w+/g))).toEqual(new Set([NONE]));
  expect(parseTemplate(bound).Rules).toEqual(parseTemplate(SERVERS).Rules);
});

test('other regions have a row without an AMI, for CloudFormation looks up what is not used', () => {
  const none = { Arm64: NONE, X8664: NONE };
  for (const bound of [bind(SERVERS, PRODUCTION, LOCKED), bind(SERVERS, LOCAL, artifacts(new Map()))])
    expect(parseTemplate(bound).Mappings).toMatchObject({
      MachineLinuxBase: { 'sa-east-1': none, 'cn-north-1': none, 'us-gov-west-1': none },
    });
});

test('a region that is newer than this list is the host’s to have', () => {
  const newer = artifacts(new Map([['linux-base', { 'xx-east-9': AMI }]]));
  const bound = bind(SERVERS, PRODUCTION, newer);
  expect(bound).toContain('xx-east-9');
  expect(bind(bound, PRODUCTION, LOCKED)).not.toContain('xx-east-9');
});

test('a bound template may be bound to another host, and back to none', () => {
  const bound = bind(SERVERS, PRODUCTION, LOCKED);
  const elsewhere = artifacts(new Map([['linux-base', { 'ap-south-1': AMI }]]));
  const again = bind(bound, PRODUCTION, elsewhere);
  expect(again).toBe(bind(SERVERS, PRODUCTION, elsewhere));
  expect(again).not.toContain('to eu-west-1, us-east-1');
  const none = artifacts(new Map());
  expect(bind(again, LOCAL, none)).toBe(bind(SERVERS, LOCAL, none));
});

test('functions and machine images of one template are bound together', () => {
  const text = SERVERS.replace('Mappings:\n', 'Mappings:\n  Artifacts:\n    box:\n      Image: unbound\n');
  const bound = bind(text, PRODUCTION, { ...LOCKED, images: new Map([['box', 'r/box:1']]) });
  expect(bound).toContain('Image: r/box:1');
  expect(bound).toContain(AMI.arm64);
});

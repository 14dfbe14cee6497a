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

test('an unlocked one has none: the user is to give an image', () => {
  expect(bind(SERVERS, LOCAL, artifacts(new Map()))).toBe(SERVERS);
});

test('a bound template may be bound to another host, and back to none', () => {
  const bound = bind(SERVERS, PRODUCTION, LOCKED);
  const elsewhere = artifacts(new Map([['linux-base', { 'ap-south-1': AMI }]]));
  const again = bind(bound, PRODUCTION, elsewhere);
  expect(again).toBe(bind(SERVERS, PRODUCTION, elsewhere));
  expect(again).not.toContain('us-east-1');
  expect(parseTemplate(bind(again, LOCAL, artifacts(new Map())))).toEqual(parseTemplate(SERVERS));
});

test('functions and machine images of one template are bound together', () => {
  const text = SERVERS.replace('Mappings:\n', 'Mappings:\n  Artifacts:\n    box:\n      Image: unbound\n');
  const bound = bind(text, PRODUCTION, { ...LOCKED, images: new Map([['box', 'r/box:1']]) });
  expect(bound).toContain('Image: r/box:1');
  expect(bound).toContain(AMI.arm64);
});

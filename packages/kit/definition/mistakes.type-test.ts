/**
 * Mistakes that the compiler must refuse: each line under `@ts-expect-error` is one.
 * `npm run typecheck` fails when one of them compiles. Nothing here runs.
 */
import { CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import { governor, keys, listenerRule, network } from '../testing/upstreams.ts';
import { when } from './flag.ts';
import { defineImage } from './image.ts';
import { output } from './output.ts';
import { param } from './parameter.ts';
import { defineTemplate } from './template.ts';

const base = { name: 'test/mistake', summary: 's' };

// @ts-expect-error no such output
param.from(network, 'VpcID');

// @ts-expect-error one of many does not exist
param.allFrom(network, ['VpcId', 'Nope']);

// @ts-expect-error a free text without a constraint
param.text({ description: 'anything' });

// @ts-expect-error a number without bounds
param.count({ description: 'any number' });

// @ts-expect-error a secret with a default
param.secret({ description: 'a password', pattern: '.+', hint: 'a password', default: 'hunter2' });

// @ts-expect-error a secret as an output
output.secret('a password');

// @ts-expect-error no such kind
output.vpcID('The VPC');

defineTemplate({
  ...base,
  parameters: {},
  outputs: { A: output.vpcId('a'), B: output.text('b') },
  // @ts-expect-error a declared output is not returned
  build: () => ({ A: 'vpc-1' }),
});

defineTemplate({
  ...base,
  parameters: {},
  outputs: { A: output.text('a') },
  // @ts-expect-error an output that nobody declared
  build: () => ({ A: 'a', C: 'c' }),
});

defineTemplate({
  ...base,
  parameters: { VpcId: param.from(network, 'VpcId') },
  outputs: { Sg: output.securityGroupId('sg') },
  // @ts-expect-error the right name, another kind
  build: ({ params }) => ({ Sg: params.VpcId }),
});

defineTemplate({
  ...base,
  parameters: { ServerSubnets: param.from(network, 'ServerSubnets') },
  outputs: {},
  build({ scope, params }) {
    // @ts-expect-error a list where one is wanted
    new CfnSubnet(scope, 'S', { vpcId: params.ServerSubnets });
    return {};
  },
});

defineTemplate({
  ...base,
  parameters: { KeyArn: param.optionalFrom(keys, 'KeyArn') },
  outputs: { Key: output.keyArn('k') },
  // @ts-expect-error an optional value used as if it were always there
  build: ({ params }) => ({ Key: params.KeyArn }),
});

defineTemplate({
  ...base,
  parameters: { KeyArn: param.recommendedFrom(keys, 'KeyArn') },
  outputs: { Key: output.keyArn('k') },
  // @ts-expect-error a recommended value used as if it were always there
  build: ({ params }) => ({ Key: params.KeyArn }),
});

defineTemplate({
  ...base,
  parameters: { Zone3: param.from(network, 'Zone3') },
  outputs: {},
  build({ scope, params }) {
    // @ts-expect-error an output that may be empty, used as if it never were
    new CfnSubnet(scope, 'S', { vpcId: 'vpc-1', availabilityZone: params.Zone3 });
    return {};
  },
});

defineTemplate({
  ...base,
  parameters: {},
  outputs: {},
  build({ params }) {
    // @ts-expect-error an undeclared parameter
    params.Nope;
    return {};
  },
});

defineTemplate({
  ...base,
  parameters: {},
  outputs: { L: output.subnetIds('l') },
  // @ts-expect-error a list output given a string
  build: () => ({ L: 'subnet-1' }),
});

defineTemplate({
  ...base,
  parameters: { On: param.flag({ description: 'd' }) },
  outputs: {},
  build({ params }) {
    // @ts-expect-error the two branches are of different types
    when(params.On, 'text', 5);
    return {};
  },
});

defineTemplate({
  ...base,
  parameters: {},
  outputs: {},
  build({ lambdaFunction }) {
    lambdaFunction('F', governor, {
      // @ts-expect-error an environment variable of the function is missing
      environment: {},
      grants: { governed: ['*'], listing: ['*'] },
      logs: { retentionInDays: 7 },
    });
    lambdaFunction('F', governor, {
      environment: { MODE: 'x' },
      // @ts-expect-error a grant has no resources
      grants: { governed: ['*'] },
      logs: { retentionInDays: 7 },
    });
    lambdaFunction('F', governor, {
      environment: { MODE: 'x' },
      grants: { governed: ['*'], listing: ['*'] },
      // @ts-expect-error a log group without retention
      logs: {},
    });
    return {};
  },
});

defineTemplate({
  ...base,
  parameters: {},
  outputs: {},
  build({ lambdaFunction, customResource }) {
    const provider = lambdaFunction('R', listenerRule, { environment: {}, grants: {}, logs: { retentionInDays: 7 } });
    // @ts-expect-error a property that the function does not take
    customResource('A', listenerRule, provider, { ListenerArn: 'a', Hots: 'b' });
    // @ts-expect-error a property that the function needs
    customResource('B', listenerRule, provider, { ListenerArn: 'a' });
    return {};
  },
});

defineTemplate({
  ...base,
  parameters: { VpcId: param.from(network, 'VpcId') },
  outputs: {},
  build({ params, perZone }) {
    // @ts-expect-error zones come from the VPC, three of them
    perZone(params, ({ name }) => name);
    return {};
  },
});

const image = { name: 'box', summary: 's', version: '1', architectures: ['arm64'], smokeTest: ['true'] } as const;
const pinned = 'example.com/base:1@sha256:0';

// @ts-expect-error a base by its tag alone
defineImage({ ...image, variety: 'container', bases: ['example.com/base:1'] });

// @ts-expect-error a container built on nothing
defineImage({ ...image, variety: 'container', bases: [] });

// @ts-expect-error a mirror of two images
defineImage({ ...image, variety: 'mirrored', bases: [pinned, pinned] });

// @ts-expect-error no such variety
defineImage({ ...image, variety: 'virtual', bases: [pinned] });

// @ts-expect-error an image that nobody can test
defineImage({ ...image, smokeTest: [], variety: 'container', bases: [pinned] });

// @ts-expect-error no such architecture
defineImage({ ...image, architectures: ['amd64'], variety: 'container', bases: [pinned] });

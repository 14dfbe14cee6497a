import { defineCustomResource, defineLambda } from '../definition/lambda.ts';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';

/** Upstreams that the kit's own tests wire to. */
export const keys = defineTemplate({
  name: 'test/keys',
  summary: 'Keys',
  parameters: {},
  outputs: { KeyArn: output.keyArn('The key') },
  build: () => ({ KeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' }),
});

export const network = defineTemplate({
  name: 'test/network',
  summary: 'A network',
  parameters: {
    Zone1: param.zoneName({ description: 'First zone' }),
    Zone2: param.zoneName({ description: 'Second zone' }),
    Zone3: param.optionalZoneName({ description: 'Third zone' }),
  },
  outputs: {
    VpcId: output.vpcId('The VPC'),
    VpcCidr: output.cidr('Its range'),
    Zone1: output.zoneName('First zone'),
    Zone2: output.zoneName('Second zone'),
    Zone3: output.zoneName.orEmpty('Third zone'),
    ServerSubnets: output.subnetIds('Servers'),
  },
  build: ({ params }) => ({
    VpcId: 'vpc-1',
    VpcCidr: '10.0.0.0/16',
    Zone1: params.Zone1,
    Zone2: params.Zone2,
    Zone3: params.Zone3.orEmpty,
    ServerSubnets: ['subnet-1', 'subnet-2'],
  }),
});

export const governor = defineLambda({
  name: 'test-governor',
  summary: 'Governs',
  trigger: 'A test',
  memoryMb: 128,
  timeoutSeconds: 30,
  environment: { MODE: 'How it governs' },
  grants: {
    governed: { actions: ['logs:PutRetentionPolicy'], why: 'It sets the retention' },
    listing: { actions: ['logs:DescribeLogGroups'], why: 'It finds the groups' },
  },
});

export const listenerRule = defineCustomResource<{ ListenerArn: string; Host: string }>()({
  name: 'test-listener-rule',
  summary: 'Owns a rule',
  trigger: 'A custom resource',
  memoryMb: 128,
  timeoutSeconds: 120,
  environment: {},
  grants: {},
});

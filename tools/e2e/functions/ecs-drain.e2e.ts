import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { findPaths } from '../paths.ts';
import { createStack } from '../stacks.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { body } from '../trial.ts';
import { buildFunctions, publishedFunction } from './published-function.ts';

const { repository } = findPaths();
let standIn: StandIn;

beforeAll(async () => {
  await buildFunctions(repository, ['ecs-drain']);
  standIn = await startStandIn();
});
afterAll(() => standIn.stop());

/** The stand-in has no instance that waits in a hook: what it shows is that the zip runs, by the rights of its role. */
describe('ecs-drain, built and invoked with events', () => {
  it('lets an instance go that the cluster does not have, finds none that waits, and refuses another event', async () => {
    const s3 = new S3Client({ ...standIn, forcePathStyle: true });
    const cluster = 'arn:aws:ecs:*:*:cluster/apps';
    const within = (kind: string) => `arn:aws:ecs:*:*:${kind}/apps/*`;
    const resources = await publishedFunction(
      s3,
      repository,
      'ecs-drain',
      { group: '*', hook: '*', cluster, drain: within('container-instance'), tasks: within('task') },
      { CLUSTER_NAME: 'apps', GROUP_NAME: 'workers', HOOK_NAME: 'drain' },
    );
    const { outputs } = await createStack(new CloudFormationClient({ ...standIn }), {
      name: 'drained',
      template: body({
        Resources: { ...resources, Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'apps' } } },
        Outputs: { Function: { Value: { Ref: 'Function' } } },
      }),
    });
    const lambda = new LambdaClient({ ...standIn });
    const invoke = async (event: object) => {
      const Payload = JSON.stringify(event);
      const answer = await lambda.send(new InvokeCommand({ FunctionName: outputs.Function, Payload }));
      return {
        failed: answer.FunctionError !== undefined,
        payload: JSON.parse(answer.Payload!.transformToString()) as unknown,
      };
    };

    const terminating = {
      'detail-type': 'EC2 Instance-terminate Lifecycle Action',
      detail: { EC2InstanceId: 'i-0abc', AutoScalingGroupName: 'workers', LifecycleHookName: 'drain' },
    };
    expect(await invoke(terminating)).toEqual({ failed: false, payload: { 'i-0abc': 'let go' } });
    expect(await invoke({ 'detail-type': 'Scheduled Event' })).toEqual({ failed: false, payload: {} });
    expect(await invoke({})).toEqual({
      failed: true,
      payload: expect.objectContaining({ errorMessage: expect.stringContaining('unknown-event') }),
    });
  });
});

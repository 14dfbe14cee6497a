import { Fn } from 'aws-cdk-lib';
import type { CfnCluster } from 'aws-cdk-lib/aws-ecs';
import type { Statement } from './resources.ts';
import { ownArn } from './statements.ts';

/**
 * What the ECS agent of an instance does, in one cluster. Images are fetched by the roles of the tasks.
 * Source: ECS Developer Guide, "Amazon ECS container instance IAM role".
 */
export function ecsAgentMay(cluster: CfnCluster): Statement[] {
  const inCluster = { ArnEquals: { 'ecs:cluster': cluster.attrArn } };
  const instances = ownArn('ecs', `container-instance/${cluster.ref}/*`);
  const allow = (sid: string, actions: string, resource: string, condition?: Statement['Condition']): Statement => ({
    Sid: sid,
    Effect: 'Allow',
    Action: actions.split(' ').map((action) => `ecs:${action}`),
    Resource: resource,
    ...(condition && { Condition: condition }),
  });
  return [
    allow('Discover', 'DiscoverPollEndpoint', '*'),
    allow(
      'Cluster',
      'RegisterContainerInstance DeregisterContainerInstance SubmitAttachmentStateChanges SubmitContainerStateChange SubmitTaskStateChange',
      cluster.attrArn,
    ),
    allow('Instance', 'Poll StartTelemetrySession UpdateContainerInstancesState', instances, inCluster),
    allow('Tags', 'TagResource', instances, { StringEquals: { 'ecs:CreateAction': 'RegisterContainerInstance' } }),
  ];
}

/**
 * User data by which a Linux instance joins the cluster, and tells CloudFormation when its agent works.
 *
 * The agent starts after this script, so what waits for it waits in the background. The signal's tool is not in the
 * ECS-optimized images, and comes from the packages of Amazon Linux; other images bring it along.
 * @param group logical id of the Auto Scaling group that awaits the signals
 */
export function ecsUserData(cluster: CfnCluster, group: string): string {
  return Fn.base64(
    Fn.sub(
      `#!/bin/bash
set -eu
cat >> /etc/ecs/ecs.config << 'END'
ECS_CLUSTER=\${Cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance
END
cat > /usr/local/sbin/tell-cloudformation << 'END'
#!/bin/bash
PATH=$PATH:/opt/aws/bin
command -v cfn-signal || dnf install --assumeyes aws-cfn-bootstrap
works() { curl --silent --fail --output /dev/null http://localhost:51678/v1/metadata; }
for _ in {1..120}; do works && break; sleep 5; done
works
cfn-signal --exit-code $? --stack \${AWS::StackName} --resource ${group} --region \${AWS::Region}
END
chmod 755 /usr/local/sbin/tell-cloudformation
systemd-run --no-block --unit=tell-cloudformation /usr/local/sbin/tell-cloudformation
`,
      { Cluster: cluster.ref },
    ),
  );
}

import { CfnSecurityGroup, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Value } from '../definition/kinds.ts';

/**
 * Two security groups: of a server that opens no connection, such as a database, and of its clients. Whoever is a
 * member of the second reaches the first, and nobody else. Beside them `<server>FromClients`.
 * @param ids logical ids
 */
export function serverAndClients(
  scope: Construct,
  ids: { readonly server: string; readonly clients: string },
  vpcId: Value<'vpcId'>,
  port: number,
): { readonly server: CfnSecurityGroup; readonly clients: CfnSecurityGroup } {
  const connection = { ipProtocol: 'tcp', fromPort: port, toPort: port };
  const server = new CfnSecurityGroup(scope, ids.server, {
    vpcId,
    groupDescription: 'A server that opens no connection',
    // A rule that nothing uses keeps EC2 from adding one that lets everything out.
    securityGroupEgress: [{ ...connection, cidrIp: '127.0.0.1/32', description: 'Nothing' }],
  });
  const clients = new CfnSecurityGroup(scope, ids.clients, {
    vpcId,
    groupDescription: 'Who reaches the server',
    securityGroupEgress: [{ ...connection, destinationSecurityGroupId: server.attrGroupId, description: 'The server' }],
  });
  // Of the two references between the groups one stands apart, or they would wait for each other.
  new CfnSecurityGroupIngress(scope, `${ids.server}FromClients`, {
    ...connection,
    groupId: server.attrGroupId,
    sourceSecurityGroupId: clients.attrGroupId,
    description: 'Who reaches the server',
  });
  return { server, clients };
}

import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';

/** The trust of a service role of CloudFormation. */
export const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Makes a role that CloudFormation may take, with managed policies of these documents and nothing else. */
export async function makeServiceRole(iam: IAMClient, name: string, documents: readonly object[]): Promise<string> {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: '/cloudformation/',
      AssumeRolePolicyDocument: JSON.stringify(TRUST),
    }),
  );
  for (const [index, document] of documents.entries()) {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `${name}-${index + 1}`, PolicyDocument: JSON.stringify(document) }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: Policy!.Arn! }));
  }
  return Role!.Arn!;
}

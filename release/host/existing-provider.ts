import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import type { AwsHost } from '@bitclouded/documents';
import { ProvisionError, readOutputs, serviceFault } from '@bitclouded/provisioner';
import type { AwsClients } from './aws-clients.ts';
import type { HostStack } from './host-stacks.ts';

/** GitHub's issuer. An account holds one provider an issuer. Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider". */
const ISSUER = 'token.actions.githubusercontent.com';

/**
 * The account's provider for GitHub, where something else than this stack made it.
 * @returns undefined where there is none, or where it is the stack's own: naming that one would delete it
 * @throws ProvisionError for what a service or the network says
 */
export async function existingProvider(
  host: AwsHost,
  stack: HostStack,
  clients: AwsClients,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const listed = await clients
      .iam(host.homeRegion)
      .send(new ListOpenIDConnectProvidersCommand({}), { abortSignal: signal });
    const arn = (listed.OpenIDConnectProviderList ?? []).find(({ Arn }) => Arn?.endsWith(`/${ISSUER}`))?.Arn;
    if (arn === undefined) return undefined;
    const cloudFormation = clients.cloudFormation(stack.region);
    if ((await readOutputs(cloudFormation, stack.name, signal)) === undefined) return arn;
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: stack.name }),
      { abortSignal: signal },
    );
    const own = StackResources.some(
      ({ ResourceType, PhysicalResourceId }) => ResourceType === 'AWS::IAM::OIDCProvider' && PhysicalResourceId === arn,
    );
    return own ? undefined : arn;
  } catch (cause) {
    const fault = serviceFault(cause, `providers of account ${host.account}`);
    throw fault === undefined ? cause : new ProvisionError(fault, { cause });
  }
}

import { GetRoleCommand } from '@aws-sdk/client-iam';
import { readOutputs } from '@bitclouded/provisioner';
import { hostStacks } from '../../host/host-stacks.ts';
import { type Check, type Finding, fails, ok } from '../check.ts';

/** Whether the roles that workflows take are there, where the host has any. */
export const workflowRoles: Check = {
  name: 'workflow-roles',
  async run({ host, clients, signal }): Promise<readonly Finding[]> {
    const stack = hostStacks(host)
      .flat()
      .find(({ template }) => template === 'github-oidc');
    if (stack === undefined) return [ok('workflow roles', "none: stacks['github-oidc'].Repository is not configured")];
    const hostUp = `npm run release -- host up --host ${host.name}`;
    const outputs = await readOutputs(clients.cloudFormation(stack.region), stack.name, signal);
    if (outputs === undefined) return [fails(`stack ${stack.name}`, 'no such stack', 'the stack of the roles', hostUp)];
    const roles = Object.entries(outputs).filter(([name]) => name.endsWith('RoleArn'));
    if (roles.length === 0)
      return [fails(`stack ${stack.name}`, 'no role among its outputs', 'outputs that end with RoleArn', hostUp)];
    return Promise.all(
      roles.map(async ([name, arn]) => {
        try {
          const RoleName = arn.split('/').at(-1)!;
          const { Role } = await clients
            .iam(host.homeRegion)
            .send(new GetRoleCommand({ RoleName }), { abortSignal: signal });
          if (Role?.Arn === arn) return ok(name, arn);
          return fails(name, `${Role?.Arn}`, arn, hostUp);
        } catch (error) {
          if (!/^NoSuchEntity/.test((error as Error).name)) throw error;
          return fails(name, `no role ${arn}`, 'the role that the stack made', `it was deleted by hand: ${hostUp}`);
        }
      }),
    );
  },
};

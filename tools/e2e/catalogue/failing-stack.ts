import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { TemplateInterface } from '@bitclouded/documents';
import { E2eError } from '../e2e-error.ts';
import { createStack, deleteStack, eventsOf, type StackRequest, updateStack } from '../stacks.ts';

const FAILURE = 'ForcedFailure';

/** The template with one more resource, which fails after all the others were made. */
export function failingTemplate(text: string, { resources }: Pick<TemplateInterface, 'resources'>): string {
  const after = resources.map(({ logicalId }) => `      - ${logicalId}\n`).join('');
  const failing = `  ${FAILURE}Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
  ${FAILURE}:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn:
${after}    Properties:
      Handle: !Ref ${FAILURE}Handle
      Timeout: "1"
`;
  return text.replace(/^Resources:\n/m, (heading) => `${heading}${failing}`);
}

/**
 * Creates a stack that fails at its end, and removes what is left of it.
 * @returns the logical ids of what was made and not taken back
 * @throws E2eError where it failed for another reason, or not at all
 */
export async function leftByFailedCreate(
  cloudFormation: CloudFormationClient,
  request: StackRequest,
): Promise<readonly string[]> {
  await mustFail(createStack(cloudFormation, request));
  const events = await eventsOf(cloudFormation, request.name);
  const having = (status: string) =>
    events.filter(({ ResourceStatus }) => ResourceStatus === status).map((event) => event.LogicalResourceId!);
  const gone = new Set(having('DELETE_COMPLETE'));
  await deleteStack(cloudFormation, request.name);
  return having('CREATE_COMPLETE').filter((logicalId) => !gone.has(logicalId));
}

/** Updates a stack so that it fails at its end and is rolled back. @throws E2eError likewise */
export async function failUpdate(cloudFormation: CloudFormationClient, request: StackRequest): Promise<void> {
  await mustFail(updateStack(cloudFormation, request));
}

async function mustFail(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (cause: Error) => cause,
  );
  const isMeant = error instanceof E2eError && error.faults.every(({ where }) => where.includes(`/${FAILURE} `));
  if (!isMeant) throw error;
}

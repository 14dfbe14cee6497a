import { readFileSync } from 'node:fs';
import { type Change, CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import type { InterfaceParameter, TemplateInterface } from '@bitclouded/documents';
import { checkCatalogueFiles } from '@bitclouded/standards';
import { deploymentOrder } from './catalogue/deployment-order.ts';
import { failingTemplate, failUpdate, leftByFailedCreate } from './catalogue/failing-stack.ts';
import { lostData } from './catalogue/lost-data.ts';
import { valuesOf } from './catalogue/parameter-values.ts';
import { type PublishedCatalogue, publishCatalogue } from './catalogue/published-catalogue.ts';
import { otherValues, stackParameters } from './catalogue/stack-parameters.ts';
import { cfnLint } from './lints/cfn-lint.ts';
import { findPaths } from './paths.ts';
import {
  createStack,
  deleteStack,
  othersIn,
  physicalIds,
  previewUpdate,
  type StackRequest,
  updateStack,
} from './stacks.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

/** What other stacks stand on: replacing it is making another environment, so its parameters are chosen once. */
const FOUNDATIONS = new Set(['AWS::EC2::VPC']);

interface Replaced {
  readonly logicalId: string;
  readonly type: string;
}

/** What the update of a parameter would make anew, as another environment or at addresses that nobody knows yet. */
function isChosenOnce({ kind, description }: InterfaceParameter, replaced: readonly Replaced[]): boolean {
  return replaced.some(
    ({ type }) =>
      FOUNDATIONS.has(type) ||
      (kind === 'bucketNamePrefix' && type === 'AWS::S3::Bucket') ||
      description.includes('Chosen once:'),
  );
}

/** cfn-lint's rule for types that a region does not have; it looks at no condition. */
const LACKING = 'E3006';

/** Whether the resource around a line of a published template is made under a condition alone. */
function isConditional(file: string, line: number): boolean {
  const lines = readFileSync(file, 'utf8').split('\n');
  const begin = lines.findLastIndex((text, index) => index < line && /^ {2}\w+:$/.test(text));
  const length = lines.slice(begin + 1).findIndex((text) => /^ {0,2}\S/.test(text));
  return lines.slice(begin, begin + 1 + length).some((text) => /^ {4}Condition: /.test(text));
}

/** A task definition changes by another revision of it. */
function isRevised({ resources }: TemplateInterface, logicalId: string): boolean {
  return resources.some((each) => each.logicalId === logicalId && each.type === 'AWS::ECS::TaskDefinition');
}

/** What an update would replace, or may. */
function replacedOf(changes: readonly Change[]): readonly Replaced[] {
  return changes.flatMap(({ ResourceChange: change }) =>
    change?.Action === 'Modify' && change.Replacement !== 'False'
      ? [{ logicalId: change.LogicalResourceId!, type: change.ResourceType! }]
      : [],
  );
}

const holdsData = (template: TemplateInterface) => {
  const stateful = new Set(
    template.resources.filter((resource) => resource.stateful).map(({ logicalId }) => logicalId),
  );
  return ({ logicalId }: Replaced): boolean => stateful.has(logicalId);
};

/** The whole catalogue on the stand-in, from published addresses: created in order, updated, used, deleted backwards. */
describe('the published catalogue', () => {
  let standIn: StandIn;
  let cloudFormation: CloudFormationClient;
  let catalogue: PublishedCatalogue;
  let order: readonly TemplateInterface[];
  const outputs = new Map<string, Readonly<Record<string, string>>>();
  const stackIds = new Map<string, string>();

  beforeAll(async () => {
    // What a function in a VPC reaches, such as a database, is in none of these stacks.
    standIn = await startStandIn({ functionsInVpc: 'recorded' });
    cloudFormation = new CloudFormationClient({ ...standIn });
    catalogue = await publishCatalogue(standIn, new S3Client({ ...standIn, forcePathStyle: true }));
    order = deploymentOrder(catalogue.templates);
  });
  afterAll(async () => {
    await catalogue?.remove();
    await standIn?.stop();
  });

  const stackName = ({ name }: TemplateInterface): string => name.replace('/', '-');

  const parametersOf = (template: TemplateInterface, wires: 'all' | 'required'): Record<string, string> =>
    stackParameters(template, wires, outputs, catalogue.templates);

  const failing = (template: TemplateInterface): Pick<StackRequest, 'template'> => ({
    template: { body: failingTemplate(readFileSync(catalogue.fileOf(template), 'utf8'), template) },
  });

  const request = (template: TemplateInterface, parameters: Record<string, string>): StackRequest => ({
    name: stackName(template),
    template: { url: catalogue.urlOf(template) },
    parameters,
    tags: { environment: 'test' },
  });

  it('has nothing that cfn-lint objects to, and what a partition lacks only under a condition', async () => {
    const regions = ['us-east-1', 'eu-west-1', 'cn-north-1', 'us-gov-west-1'];
    const findings = await cfnLint(findPaths(), catalogue.templateFiles, regions);
    const faults = findings.filter(({ rule, file, line }) => rule !== LACKING || !isConditional(file, line));
    expect(
      faults.map(({ rule, file, line, message }) => `${file.split('/templates/')[1]}:${line} ${rule} ${message}`),
    ).toEqual([]);
  });

  it('is wired without a wire to nothing, to another kind, or in a circle', () => {
    const files = catalogue.templateFiles.map((file) => ({ file, bytes: readFileSync(file) }));
    expect(checkCatalogueFiles(files).map(({ file, message }) => `${file}: ${message}`)).toEqual([]);
    // Without the keys, whoever takes them hangs in the air.
    const withoutKeys = files.filter(({ file }) => !file.endsWith('foundation/kms.yaml'));
    expect(
      checkCatalogueFiles(withoutKeys)
        .map(({ message }) => message)
        .join(),
    ).toContain('foundation/kms');
  });

  it('fails whole, and then is created in order with the required wires alone', async () => {
    expect(order.length).toBeGreaterThan(0);
    const left: string[] = [];
    for (const template of order) {
      const whole = request(template, parametersOf(template, 'required'));
      const made = await leftByFailedCreate(cloudFormation, { ...whole, ...failing(template) });
      left.push(...made.map((logicalId) => `${template.name} ${logicalId}`));
      const stack = await createStack(cloudFormation, whole);
      expect(Object.keys(stack.outputs).sort()).toEqual(template.outputs.map(({ name }) => name).sort());
      outputs.set(template.name, stack.outputs);
      stackIds.set(template.name, stack.id);
    }
    expect(left).toEqual([]);
  });

  it('takes every other wire later, after an update that failed, and replaces nothing by it', async () => {
    const others: string[] = [];
    for (const template of order) {
      const wired = parametersOf(template, 'all');
      if (Object.keys(wired).length === Object.keys(parametersOf(template, 'required')).length) continue;
      const changes = await previewUpdate(cloudFormation, request(template, wired));
      expect(replacedOf(changes).filter(holdsData(template))).toEqual([]);
      await failUpdate(cloudFormation, { ...request(template, wired), ...failing(template) });
      const before = await physicalIds(cloudFormation, stackName(template));
      const stack = await updateStack(cloudFormation, request(template, wired));
      const after = await physicalIds(cloudFormation, stackName(template));
      const replaced = othersIn(before, after).filter((logicalId) => !isRevised(template, logicalId));
      others.push(...replaced.map((logicalId) => `${template.name} ${logicalId}`));
      outputs.set(template.name, stack.outputs);
    }
    expect(others).toEqual([]);
  });

  it('takes every value of every parameter that an update may change, alone or with its companions', async () => {
    const refused: string[] = [];
    const replaced: string[] = [];
    const notUpdatable: string[] = [];
    let updates = 0;
    for (const template of order) {
      const base = parametersOf(template, 'all');
      const companions = { ...base, ...everyOptional(template) };
      for (const parameter of template.parameters.filter(({ wiring }) => !wiring)) {
        for (const value of otherValues(template, base, parameter)) {
          const where = `${template.name} ${parameter.name}=${value}`;
          try {
            const change = async (from: Record<string, string>): Promise<void> => {
              const changed = { ...from, [parameter.name]: value };
              const changes = await previewUpdate(cloudFormation, request(template, changed));
              if (isChosenOnce(parameter, replacedOf(changes))) {
                notUpdatable.push(where);
                return;
              }
              for (const { logicalId } of replacedOf(changes).filter(holdsData(template)))
                replaced.push(`${where}: ${logicalId}`);
              await updateStack(cloudFormation, request(template, changed));
              updates++;
              const { outputs: after } = await updateStack(cloudFormation, request(template, base));
              // What was replaced has another address since: those who take it are next.
              outputs.set(template.name, after);
            };
            // Some values a rule of the template allows only beside others.
            await change(base).catch((error: Error) => {
              if (!/rule \w+ failed/.test(error.message)) throw error;
              return change(companions);
            });
          } catch (error) {
            if (error instanceof Error && /No updates are to be performed/.test(error.message)) continue;
            refused.push(`${where}: ${(error as Error).message}`);
          }
        }
      }
    }
    console.log(`${updates} updates of parameters; chosen once: ${notUpdatable.join(', ')}`);
    expect(refused).toEqual([]);
    expect(replaced).toEqual([]);
    expect(updates).toBeGreaterThan(10);
    // Hundreds of updates, and more with each template.
  }, 900_000);

  it('runs the function of the logs store from the published zip: retention of tagged groups alone, once', async () => {
    const logs = new CloudWatchLogsClient({ ...standIn });
    const store = catalogue.templates.find(({ lambdas }) => lambdas.includes('log-governor'))!;
    const functionName = await physicalId(store, 'AWS::Lambda::Function');
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ours', tags: { 'bitclouded:logs': 'governed' } }));
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/strangers', tags: { owner: 'somebody' } }));
    const governed = async () => {
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
      return Object.fromEntries(
        ['/ours', '/strangers'].map((name) => [
          name,
          logGroups.find(({ logGroupName }) => logGroupName === name)?.retentionInDays,
        ]),
      );
    };

    const answer = await invoke(functionName, {
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.logs',
      detail: {
        eventSource: 'logs.amazonaws.com',
        eventName: 'CreateLogGroup',
        requestParameters: { logGroupName: '/ours' },
      },
    });
    expect(answer).toMatchObject({ seen: 1, governed: 1, changed: 1 });
    expect(await governed()).toEqual({ '/ours': 90, '/strangers': undefined });

    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: '/ours' }));
    const sweep = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };
    await invoke(functionName, sweep);
    expect(await governed()).toEqual({ '/ours': 90, '/strangers': undefined });
    expect(await invoke(functionName, sweep)).toMatchObject({ changed: 0 });
  });

  it('is deleted backwards, and what holds data stays', async () => {
    const rds = new RDSClient({ ...standIn });
    for (const template of [...order].reverse()) {
      await deleteStack(cloudFormation, stackName(template));
      expect(await lostData({ cloudFormation, rds }, stackIds.get(template.name)!, template)).toEqual([]);
    }
    console.log(`kept as a record, not provisioned: ${(await standIn.recordedTypes()).join(', ')}`);
  });

  function everyOptional(template: TemplateInterface): Record<string, string> {
    // What is chosen once comes with no update.
    const optional = template.parameters.filter(
      ({ wiring, default: byDefault, description }) =>
        !wiring && byDefault === '' && !description.includes('Chosen once:'),
    );
    return Object.fromEntries(optional.map((parameter) => [parameter.name, valuesOf(parameter)[1]!]));
  }

  async function physicalId(template: TemplateInterface, type: string): Promise<string> {
    const { StackEvents = [] } = await cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: stackName(template) }),
    );
    return StackEvents.find(({ ResourceType, PhysicalResourceId }) => ResourceType === type && PhysicalResourceId)!
      .PhysicalResourceId!;
  }

  async function invoke(functionName: string, event: object): Promise<unknown> {
    const lambda = new LambdaClient({ ...standIn });
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    expect({ FunctionError, answer }).toMatchObject({ FunctionError: undefined });
    return JSON.parse(answer);
  }
});

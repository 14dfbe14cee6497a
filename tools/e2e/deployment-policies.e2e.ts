import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import type { TemplateInterface } from '@bitclouded/documents';
import type { PolicyDocument } from '../../release/policies/split-policy.ts';
import { deploymentOrder } from './catalogue/deployment-order.ts';
import { type PublishedCatalogue, publishCatalogue } from './catalogue/published-catalogue.ts';
import { makeServiceRole, TRUST } from './catalogue/service-roles.ts';
import { everyOptional, otherValues, stackParameters } from './catalogue/stack-parameters.ts';
import { E2eError } from './e2e-error.ts';
import { findPaths } from './paths.ts';
import { createStack, deleteStack, previewUpdate, type StackRequest, updateStack } from './stacks.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

/** Of several values one tells most. */
const MOST_VALUES = process.env.E2E_FULL ? 3 : 1;
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

/** Somebody with the published policy of people deploys the catalogue by roles that have the published policies alone. */
describe('the published policies', () => {
  let standIn: StandIn;
  let iam: IAMClient;
  let administrator: CloudFormationClient;
  let person: CloudFormationClient;
  let personsKey: StandIn['credentials'];
  let catalogue: PublishedCatalogue;
  let order: readonly TemplateInterface[];
  const outputs = new Map<string, Readonly<Record<string, string>>>();
  const policies = new Map<string, readonly PolicyDocument[]>();
  const roles = new Map<string, string>();
  /** The templates whose stacks stand, in order, and why others do not. */
  const standing: TemplateInterface[] = [];
  const undeployed: string[] = [];
  /** The parameters of the first stack for which a statement was asked, by template and statement. */
  const askedWith = new Map<string, Record<string, string>>();

  beforeAll(async () => {
    // What a function in a VPC reaches, such as a database, is in none of these stacks.
    standIn = await startStandIn({ functionsInVpc: 'recorded' });
    iam = new IAMClient({ ...standIn });
    administrator = new CloudFormationClient({ ...standIn });
    catalogue = await publishCatalogue(standIn, new S3Client({ ...standIn, forcePathStyle: true }));
    order = deploymentOrder(catalogue.templates);
    for (const artifact of catalogue.bundle.manifest.artifacts) {
      if (artifact.kind !== 'policy') continue;
      const { path } = catalogue.bundle.files.find(({ key }) => key === artifact.key)!;
      const document = JSON.parse(await readFile(path, 'utf8')) as PolicyDocument;
      policies.set(artifact.name, [...(policies.get(artifact.name) ?? []), document]);
    }
    personsKey = await makePerson();
    person = new CloudFormationClient({ ...standIn, credentials: personsKey });
  });
  afterAll(async () => {
    await catalogue?.remove();
    await standIn?.stop();
  });

  const parametersOf = (template: TemplateInterface, wires: 'all' | 'required'): Record<string, string> =>
    stackParameters(template, wires, outputs, order);
  const nameOf = ({ name }: TemplateInterface): string => name.replace('/', '-');
  const statementsOf = ({ name }: TemplateInterface) => policies.get(name)!.flatMap(({ Statement }) => Statement);

  async function makePerson() {
    const UserName = 'person';
    await iam.send(new CreateUserCommand({ UserName }));
    for (const [index, document] of policies.get('person')!.entries())
      await iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: `part-${index}`,
          PolicyDocument: JSON.stringify(document),
        }),
      );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  const request = (template: TemplateInterface, parameters: Record<string, string>, roleArn: string): StackRequest => ({
    name: nameOf(template),
    template: { url: catalogue.urlOf(template) },
    parameters,
    tags: { environment: 'test' },
    roleArn,
  });

  async function noteAsked(template: TemplateInterface, parameters: Record<string, string>): Promise<void> {
    for (const { roleArn, statement } of await standIn.askedPermissions()) {
      const key = `${template.name} ${statement}`;
      if (roleArn === roles.get(template.name) && !askedWith.has(key)) askedWith.set(key, parameters);
    }
  }

  /** Gives every parameter other values that replace nothing, and returns how many updates that took. */
  async function updateParameters(template: TemplateInterface, roleArn: string): Promise<number> {
    const base = parametersOf(template, 'required');
    const update = async (parameters: Record<string, string>): Promise<number> => {
      const changes = await previewUpdate(person, request(template, parameters, roleArn));
      if (changes.some(({ ResourceChange: change }) => change?.Replacement === 'True')) return 0;
      try {
        await updateStack(person, request(template, parameters, roleArn));
      } finally {
        await noteAsked(template, parameters);
      }
      return 1;
    };
    let updates = 0;
    for (const parameter of template.parameters.filter(({ wiring }) => !wiring))
      for (const value of otherValues(template, base, parameter).slice(0, MOST_VALUES)) {
        const changed = { [parameter.name]: value };
        updates += await update({ ...base, ...changed }).catch((error: Error) => {
          if (isUnchanged(error) || isRolledBack(error)) return 0;
          // Some values a rule of the template allows only beside others.
          if (!isAgainstRule(error)) throw error;
          return update({ ...base, ...everyOptional(template), ...changed }).catch((error: Error) => {
            if (isUnchanged(error) || isRolledBack(error) || isAgainstRule(error)) return 0;
            throw error;
          });
        });
      }
    return updates;
  }

  it('fit into managed policies, and one role can carry those of a template', () => {
    for (const documents of policies.values()) {
      expect(documents.length).toBeLessThanOrEqual(10);
      for (const document of documents) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    }
    expect([...policies.keys()].sort()).toEqual([...order.map(({ name }) => name), 'person'].sort());
  });

  it('suffice to create each template, and to change its parameters', async () => {
    let updates = 0;
    for (const template of order) {
      const missing = requiredBy(template).filter((name) => !outputs.has(name));
      if (missing.length > 0) {
        undeployed.push(`${template.name}: without ${missing.join(', ')}`);
        continue;
      }
      const roleArn = await makeServiceRole(iam, nameOf(template), policies.get(template.name)!);
      roles.set(template.name, roleArn);
      const parameters = parametersOf(template, 'required');
      try {
        outputs.set(template.name, (await createStack(person, request(template, parameters, roleArn))).outputs);
      } catch (error) {
        // What the stand-in cannot make for another reason is for the tests of the catalogue to say.
        if (isRefusal(error as Error)) throw error;
        undeployed.push((error as Error).message);
        continue;
      }
      standing.push(template);
      await noteAsked(template, parameters);
      updates += await updateParameters(template, roleArn);
    }
    console.log(`${standing.length} templates created, ${updates} updates of parameters`);
    if (undeployed.length > 0) console.log(`not deployed here, and so not judged:\n${undeployed.join('\n')}`);
    expect(standing.length).toBeGreaterThan(undeployed.length);
    expect(updates).toBeGreaterThan(standing.length);
  });

  it('suffice with every wire, and with other tags', async () => {
    const left: string[] = [];
    for (const template of standing) {
      const wired = request(template, parametersOf(template, 'all'), roles.get(template.name)!);
      try {
        const { outputs: changed } = await updateStack(person, { ...wired, tags: { environment: 'other' } });
        outputs.set(template.name, changed);
      } catch (error) {
        if (!isRolledBack(error as Error)) throw error;
        left.push((error as Error).message);
      }
    }
    if (left.length > 0) console.log(`left as they were for another reason:\n${left.join('\n')}`);
    expect(standing.length).toBeGreaterThan(2 * left.length);
  });

  it('are needed, statement by statement, as far as the stand-in can tell', async () => {
    const everything = await makeServiceRole(iam, 'everything', [allowing([EVERYTHING])]);
    const needless: string[] = [];
    let trials = 0;
    for (const template of standing)
      for (const { Sid, Action } of statementsOf(template)) {
        const parameters = askedWith.get(`${template.name} ${Sid}`);
        if (parameters === undefined) continue;
        const rest = statementsOf(template).filter((statement) => statement.Sid !== Sid);
        const name = `trial-${++trials}`;
        const lacking = await makeServiceRole(iam, name, rest.length === 0 ? [] : [allowing(rest)]);
        const refusals = await refusalsOf(trial(template, name, lacking, parameters));
        if (!Action.some((action) => refusals.includes(`perform: ${action} `)))
          needless.push(`${template.name} ${Sid}: ${refusals}`);
        // Where nothing was refused it is gone already.
        if (refusals !== '') await deleteStack(administrator, name, everything);
      }
    console.log(`${trials} statements taken away, one at a time`);
    expect(needless).toEqual([]);
    expect(trials).toBeGreaterThan(standing.length);
  });

  it('make roles with a boundary alone, where the page’s refusal stands beside them', async () => {
    const template = standing.find(({ name }) => name === 'analytics/logs-store')!;
    const page = await readFile(join(findPaths().repository, 'docs/deploying.md'), 'utf8');
    const refusal: object = JSON.parse(/```json\n([\s\S]+?)```/.exec(page)![1]!);
    const boundary = `arn:aws:iam::${standIn.account}:policy/boundary`;
    expect(JSON.stringify(refusal)).toContain(boundary);
    await iam.send(
      new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: JSON.stringify(allowing([EVERYTHING])) }),
    );
    const roleArn = await makeServiceRole(iam, 'bounded', [...policies.get(template.name)!, refusal]);
    const without = trial(template, 'without-boundary', roleArn);
    expect(await refusalsOf(without)).toContain('perform: iam:CreateRole ');
    const parameters = { ...without.parameters, PermissionsBoundaryArn: boundary };
    expect(await refusalsOf({ ...without, name: 'with-boundary', parameters })).toBe('');
  });

  it('let a person pass no other role, and do nothing beside CloudFormation', async () => {
    const template = standing[0]!;
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'elsewhere', AssumeRolePolicyDocument: JSON.stringify(TRUST) }),
    );
    await expect(createStack(person, trial(template, 'elsewhere', Role!.Arn!))).rejects.toThrow(/iam:PassRole/);
    const s3 = new S3Client({ ...standIn, credentials: personsKey, forcePathStyle: true });
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toThrow(/not authorized|Access ?Denied/);
  });

  it('suffice to delete what they made, backwards', async () => {
    for (const template of [...standing].reverse()) await deleteStack(person, nameOf(template));
  });

  it('hold actions that the stand-in never asks for, and cannot judge', async () => {
    const permissions = await standIn.askedPermissions();
    const asked = new Set(permissions.map(({ roleArn, action }) => `${roleArn} ${action}`));
    const silent = new Map<string, string[]>();
    for (const template of standing)
      for (const { Action } of statementsOf(template))
        for (const action of Action)
          if (!asked.has(`${roles.get(template.name)} ${action}`))
            silent.set(action, [...(silent.get(action) ?? []), template.name]);
    const lines = [...silent].sort().map(([action, templates]) => `${action}: ${templates.join(', ')}`);
    const judged = [...new Set(permissions.map(({ action }) => action))].sort();
    console.log(`asked for, ${judged.length} actions:\n${judged.join(' ')}`);
    console.log(`never asked for by these templates, ${lines.length} actions:\n${lines.join('\n')}`);
    expect(judged.length).toBeGreaterThan(lines.length);
  });

  /** Another stack of a template beside the one that stands. */
  function trial(
    template: TemplateInterface,
    name: string,
    roleArn: string,
    given = parametersOf(template, 'all'),
  ): StackRequest {
    const prefixes = template.parameters.filter(({ kind, wiring }) => kind === 'bucketNamePrefix' && !wiring);
    const parameters = { ...given, ...Object.fromEntries(prefixes.map((prefix) => [prefix.name, name])) };
    return { ...request(template, parameters, roleArn), name };
  }

  /** What a stack's role is refused while the stack is created, changed and deleted; nothing if all of it succeeds. */
  async function refusalsOf(stack: StackRequest): Promise<string> {
    try {
      await createStack(administrator, stack);
      await updateStack(administrator, { ...stack, tags: { environment: 'other' } });
      await deleteStack(administrator, stack.name);
      return '';
    } catch (error) {
      if (!(error instanceof E2eError)) throw error;
      return error.faults.map(({ received }) => received).join('\n');
    }
  }
});

const requiredBy = ({ parameters }: TemplateInterface): readonly string[] =>
  parameters.flatMap(({ wiring }) => (wiring?.grade === 'required' ? [wiring.template] : []));
const isRefusal = ({ message }: Error): boolean => message.includes('is not authorized to perform');
const isUnchanged = ({ message }: Error): boolean => /No updates are to be performed/.test(message);
/** For another reason than a refusal: the stack is as it was. */
const isRolledBack = (error: Error): boolean => error instanceof E2eError && !isRefusal(error);
const isAgainstRule = ({ message }: Error): boolean => /rule \w+ failed/.test(message);

/** What IAM takes as a document. */
function allowing(statements: readonly object[]) {
  return { Version: '2012-10-17', Statement: statements };
}

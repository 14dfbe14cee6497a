import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type AwsHost,
  bucketOf,
  keyOf,
  type Manifest,
  parseDocument,
  parseIndex,
  serialise,
  sha256Of,
  type TemplateInterface,
} from '@bitclouded/documents';
import { readDist } from '../../../release/read-dist.ts';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { locksOf } from '../../../release/testing/two-hosts.ts';
import { deploymentOrder } from '../catalogue/deployment-order.ts';
import { valuesOf } from '../catalogue/parameter-values.ts';
import { change, cloneRepository, nextVersion, succeed } from '../clones.ts';
import { type ObjectStore, startObjectStore } from '../object-store/start-object-store.ts';
import { findPaths } from '../paths.ts';
import { type CompleteRegistry, startCompleteRegistry } from '../registry/start-complete-registry.ts';
import { createStack, previewUpdate, type StackRequest, updateStack } from '../stacks.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { contentsOfHost, makeHost } from './host-buckets.ts';
import { environmentOf } from './publisher.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
/** Where stacks are made: not the home region, so that code must have come to its bucket. */
const DEPLOYED_IN = 'eu-west-1';
const USER = 'analytics/logs-store';
const HANDLER = 'packages/lambdas/log-governor/handler.ts';

/** All units of a clone, by the command that people run, to hosts of three regions; then stacks of what was published. */
describe('all units, released to S3', () => {
  let stored: AwsHost;
  let deployed: AwsHost;
  let registry: CompleteRegistry;
  let parent: string;
  let clone: string;
  let store: ObjectStore;
  let standIn: StandIn;
  let cloudFormation: CloudFormationClient;
  let order: readonly TemplateInterface[];
  const outputs = new Map<string, Readonly<Record<string, string>>>();

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'bitclouded-released-'));
    [store, standIn, registry] = await Promise.all([startObjectStore(), startStandIn(), startCompleteRegistry()]);
    stored = awsTestHost(REGIONS, { name: 'stored', registry: registry.name });
    deployed = awsTestHost(REGIONS, { name: 'deployed', registry: registry.name });
    cloudFormation = new CloudFormationClient({ ...standIn, region: DEPLOYED_IN });
    await makeHost(store, stored);
    await makeHost(standIn, deployed);
    clone = await cloneRepository(parent, 'clone');
    await prepare(clone, [stored, deployed]);
    await nextVersion(clone, 'minor', 'First');
  });
  afterAll(async () => {
    await Promise.all([store?.stop(), standIn?.stop(), registry?.stop()]);
    rmSync(parent, { recursive: true, force: true });
  });

  const release = (host: AwsHost, server: ObjectStore | StandIn): Promise<string> =>
    succeed(process.execPath, [join(findPaths().repository, 'release/bin.ts'), '--host', host.name], clone, {
      ...environmentOf(server.endpoint, server.credentials),
    });

  it('stand in every region of a real object store as their manifest says, and are visible', async () => {
    expect(await release(stored, store)).toMatch(/Released 0\.1\.0 on stored/);
    const contents = await contentsOfHost(store, stored);
    const manifest = parseDocument('manifest', bytesOf(contents[`us-east-1 ${keyOf.manifest('0.1.0')}`]!), 'manifest');
    expect(manifest.artifacts.filter(({ kind }) => kind === 'template').length).toBeGreaterThanOrEqual(4);
    for (const artifact of manifest.artifacts.filter((each) => each.kind !== 'image'))
      for (const region of artifact.kind === 'lambda' ? REGIONS : ['us-east-1']) {
        const found = contents[`${region} ${artifact.key}`];
        expect(found && sha256Of(bytesOf(found))).toBe(artifact.sha256);
      }
    // As strangers read it.
    const index = await fetch(`${store.endpoint}/${bucketOf(stored, 'us-east-1')}/${keyOf.index()}`);
    expect(parseIndex(Buffer.from(await index.arrayBuffer()), 'index').index).toMatchObject({
      serial: 1,
      channels: { latest: '0.1.0' },
    });
  });

  it('make stacks from their published addresses, one with the outputs of another', async () => {
    expect(await release(deployed, standIn)).toMatch(/Released 0\.1\.0 on deployed/);
    const { units } = await readDist(join(clone, 'dist'));
    const templates = units.flatMap((unit) => (unit.interface.kind === 'template' ? [unit.interface] : []));
    order = withUpstream(deploymentOrder(templates), USER);
    expect(order.length).toBeGreaterThan(1);
    for (const template of order) {
      const stack = await createStack(cloudFormation, requestOf(template, manifestOf('0.1.0')));
      outputs.set(template.name, stack.outputs);
    }
  });

  it('run a function from the zip in the bucket of its own region', async () => {
    const manifest = manifestOf('0.1.0');
    const { key, sha256 } = lambdaOf(manifest);
    const contents = await contentsOfHost(standIn, deployed);
    expect(sha256Of(bytesOf(contents[`${DEPLOYED_IN} ${key}`]!))).toBe(sha256);
    expect(await codeSha256()).toBe(sha256);

    const logs = new CloudWatchLogsClient({ ...standIn, region: DEPLOYED_IN });
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ours', tags: { 'bitclouded:logs': 'governed' } }));
    expect(await invoke()).toMatchObject({ changed: 1 });
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ours' }));
    expect(logGroups.map(({ retentionInDays }) => retentionInDays)).toEqual([90]);
  });

  it('change nothing in the stacks of the next release but what changed', async () => {
    change(clone, HANDLER, "'Done'", "'Finished'");
    await nextVersion(clone, 'patch', 'The governor says when it is finished');
    expect(await release(deployed, standIn)).toMatch(/Released 0\.1\.1 on deployed/);
    const next = manifestOf('0.1.1');
    for (const template of order) {
      const changes = await previewUpdate(cloudFormation, requestOf(template, next));
      const changed = changes.map(({ ResourceChange }) => `${template.name} ${ResourceChange!.ResourceType}`);
      expect(changed).toEqual(template.name === USER ? expect.arrayContaining([`${USER} AWS::Lambda::Function`]) : []);
    }
    const user = order.find(({ name }) => name === USER)!;
    await updateStack(cloudFormation, requestOf(user, next));
    expect(await codeSha256()).toBe(lambdaOf(next).sha256);
    expect(lambdaOf(next).sha256).not.toBe(lambdaOf(manifestOf('0.1.0')).sha256);
    expect(await invoke()).toMatchObject({ changed: 0 });
  });

  const manifests = new Map<string, Manifest>();

  /** As it was packed for the host; the released bytes are compared with it by the commands. */
  function manifestOf(version: string): Manifest {
    const known = manifests.get(version);
    if (known !== undefined) return known;
    const path = join(clone, 'dist/release', deployed.name, 'bundle', keyOf.manifest(version));
    const manifest = parseDocument('manifest', readFileSync(path), path);
    manifests.set(version, manifest);
    return manifest;
  }

  /** A stack of the published template, with every wire to the stacks that stand. */
  function requestOf(template: TemplateInterface, manifest: Manifest): StackRequest {
    const published = manifest.artifacts.find(({ kind, name }) => kind === 'template' && name === template.name);
    const parameters = template.parameters.flatMap((parameter): [string, string][] => {
      const { name, wiring } = parameter;
      const wired = wiring && outputs.get(wiring.template)?.[wiring.output];
      if (wired !== undefined) return [[name, wired]];
      return wiring || parameter.default !== undefined ? [] : [[name, valuesOf(parameter)[0]!]];
    });
    return {
      name: template.name.replace('/', '-'),
      template: { url: (published as { url: string }).url },
      parameters: Object.fromEntries(parameters),
    };
  }

  async function functionName(): Promise<string> {
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: USER.replace('/', '-') }),
    );
    return StackResources.find(({ ResourceType }) => ResourceType === 'AWS::Lambda::Function')!.PhysicalResourceId!;
  }

  async function codeSha256(): Promise<string> {
    const lambda = new LambdaClient({ ...standIn, region: DEPLOYED_IN });
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: await functionName() }));
    return Buffer.from(Configuration!.CodeSha256!, 'base64').toString('hex');
  }

  async function invoke(): Promise<unknown> {
    const lambda = new LambdaClient({ ...standIn, region: DEPLOYED_IN });
    const event = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: await functionName(), Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    expect({ FunctionError, answer }).toMatchObject({ FunctionError: undefined });
    return JSON.parse(answer);
  }
});

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

function lambdaOf(manifest: Manifest): { key: string; sha256: string } {
  return manifest.artifacts.find(({ kind, name }) => kind === 'lambda' && name === 'log-governor') as never;
}

/** Builds a clone, and writes its hosts and a lock for each of its images, as if each had been pushed. */
async function prepare(folder: string, hosts: readonly AwsHost[]): Promise<void> {
  const config = Object.fromEntries(hosts.map(({ name, ...host }) => [name, host]));
  const text = `import { defineConfig } from '@bitclouded/documents';\n\nexport default defineConfig(${JSON.stringify({ hosts: config })});\n`;
  writeFileSync(join(folder, 'bitclouded.config.ts'), text);
  await succeed('npm', ['run', 'build'], folder);
  for (const [name, lock] of locksOf(await readDist(join(folder, 'dist'))))
    writeFileSync(join(folder, 'packages/images', name, 'image.lock.json'), serialise('image-lock', lock));
}

/** A template and all that it can be wired to, in the order of deployment. */
function withUpstream(order: readonly TemplateInterface[], name: string): readonly TemplateInterface[] {
  const wanted = new Set([name]);
  for (const template of [...order].reverse())
    if (wanted.has(template.name))
      for (const { wiring } of template.parameters) if (wiring) wanted.add(wiring.template);
  return order.filter((template) => wanted.has(template.name));
}

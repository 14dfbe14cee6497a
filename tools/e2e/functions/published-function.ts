import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type LambdaInterface, parseDocument } from '@bitclouded/documents';
import { runProgram } from '../run-program.ts';
import type { Json } from '../trial.ts';

const BUCKET = 'published-functions';

/**
 * Builds functions into `dist`, by name; what did not change comes from the cache.
 * @throws Error with the build's own words
 */
export async function buildFunctions(repository: string, names: readonly string[]): Promise<void> {
  const units = names.map((name) => `lambda/${name}`).join(',');
  const { exitCode, stdout, stderr } = await runProgram('npx', ['nx', 'run-many', '-t', 'build', '-p', units], {
    cwd: repository,
    env: { NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' },
  });
  if (exitCode !== 0) throw new Error(`nx run-many ended with ${exitCode}:\n${stdout}${stderr}`);
}

/**
 * The resources of a stack that runs a built function from its zip, with a role of exactly its grants: `Role` and
 * `Function`. The zip is put into a bucket of the stand-in.
 * @param resources of each grant; its actions are those of the definition
 */
export async function publishedFunction(
  s3: S3Client,
  repository: string,
  name: string,
  resources: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<Record<string, Json>> {
  const built = join(repository, 'dist/lambdas', name);
  const path = join(built, 'interface.json');
  const face = parseDocument('interface', readFileSync(path), path) as LambdaInterface;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const Key = `${name}.zip`;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: readFileSync(join(built, 'function.zip')) }));
  const Statement = Object.entries(face.grants).map(([grant, { actions }]) => ({
    Effect: 'Allow',
    Action: [...actions],
    Resource: resources[grant],
  }));
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'function', PolicyDocument: { Version: '2012-10-17', Statement } }],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Runtime: face.runtime,
        Handler: face.handler,
        Timeout: face.timeoutSeconds,
        MemorySize: face.memoryMb,
        Code: { S3Bucket: BUCKET, S3Key: Key },
        ...(Object.keys(variables).length > 0 && { Environment: { Variables: { ...variables } } }),
      },
    },
  };
}

/** A custom resource that the function answers. */
export function customResource(properties: Json, dependsOn: readonly string[] = []): Json {
  return {
    Type: 'AWS::CloudFormation::CustomResource',
    DependsOn: ['Role', ...dependsOn],
    Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ServiceTimeout: 120, ...properties },
  };
}

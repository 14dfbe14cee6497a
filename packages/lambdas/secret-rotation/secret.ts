import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Fields, secretFields } from '@bitclouded/kit/databases';
import { SecretRotationError } from './secret-rotation-error.ts';

/** A label of ours, on the version since which every service was deployed anew; see `services.ts`. */
export const DEPLOYED = 'BITCLOUDED_DEPLOYED';

/** The step's way to the secret. */
export interface Access {
  readonly secrets: SecretsManagerClient;
  readonly secretId: string;
  /** The id of the version that the rotation makes. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/** The secret's versions, as their labels tell them apart. */
export interface Versions {
  readonly arn: string;
  readonly current: string | undefined;
  readonly pending: string | undefined;
  readonly deployed: string | undefined;
  /** The rotation made its version current: it is over, but for what comes after. */
  readonly isOver: boolean;
}

export interface Version {
  readonly fields: Fields;
  readonly created: Date;
}

/** @throws SecretRotationError `no-rotation` where the step's version is not the one that is being made, or was */
export async function readVersions({ secrets, secretId, token, signal }: Access): Promise<Versions> {
  const secret = await secrets.send(new DescribeSecretCommand({ SecretId: secretId }), { abortSignal: signal });
  const { ARN = secretId, VersionIdsToStages: stages = {}, RotationEnabled } = secret;
  if (RotationEnabled === false) throw noRotation(ARN, 'a secret whose rotation is turned off');
  const labels = stages[token];
  if (!labels) throw noRotation(ARN, `no version ${token}`);
  const isOver = labels.includes('AWSCURRENT');
  if (!isOver && !labels.includes('AWSPENDING')) throw noRotation(ARN, `a version ${token} without AWSPENDING`);
  const holderOf = (label: string) => Object.keys(stages).find((id) => stages[id]!.includes(label));
  return {
    arn: ARN,
    current: holderOf('AWSCURRENT'),
    pending: holderOf('AWSPENDING'),
    deployed: holderOf(DEPLOYED),
    isOver,
  };
}

/** The version that is current; undefined where it has no value. */
export async function readCurrent({ secrets, secretId, signal }: Omit<Access, 'token'>): Promise<Version | undefined> {
  return read(secrets, { SecretId: secretId, VersionStage: 'AWSCURRENT' }, signal);
}

/** The version that the rotation makes; undefined before it has a value: Secrets Manager makes it empty. */
export async function readPending({ secrets, secretId, token, signal }: Access): Promise<Version | undefined> {
  return read(secrets, { SecretId: secretId, VersionId: token, VersionStage: 'AWSPENDING' }, signal);
}

/** Gives the version that the rotation makes its value; the first value stays. */
export async function writePending({ secrets, secretId, token, signal }: Access, fields: Fields): Promise<void> {
  const command = new PutSecretValueCommand({
    SecretId: secretId,
    ClientRequestToken: token,
    SecretString: JSON.stringify(fields),
    VersionStages: ['AWSPENDING'],
  });
  try {
    await secrets.send(command, { abortSignal: signal });
  } catch (error) {
    // The same step, invoked twice at once: the other was first.
    if (!(error instanceof ResourceExistsException)) throw error;
  }
}

/** Moves a label from a version to another, or away. Secrets Manager refuses where it is no longer on `from`. */
export async function moveLabel(
  { secrets, secretId, signal }: Omit<Access, 'token'>,
  label: string,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<void> {
  if (from === to) return;
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secretId,
    VersionStage: label,
    MoveToVersionId: to,
    RemoveFromVersionId: from,
  });
  await secrets.send(command, { abortSignal: signal });
}

async function read(
  secrets: SecretsManagerClient,
  which: { readonly SecretId: string; readonly VersionStage: string; readonly VersionId?: string },
  abortSignal: AbortSignal,
): Promise<Version | undefined> {
  try {
    const { SecretString, CreatedDate } = await secrets.send(new GetSecretValueCommand(which), { abortSignal });
    if (SecretString === undefined) return undefined;
    return { fields: secretFields(SecretString), created: CreatedDate ?? new Date(0) };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function noRotation(where: string, received: string): SecretRotationError {
  return new SecretRotationError({
    code: 'no-rotation',
    where,
    received,
    expected: 'a version with AWSPENDING, of a secret that rotates',
    remedy: 'let Secrets Manager alone invoke this function, and start the rotation anew',
  });
}

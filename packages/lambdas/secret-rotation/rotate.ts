import type { ECSClient, Service } from '@aws-sdk/client-ecs';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  adminFaults,
  applicationFaults,
  DatabaseError,
  type Endpoint,
  type Engine,
  type Fields,
  type Login,
  otherUser,
} from '@bitclouded/kit/databases';
import {
  type Access,
  DEPLOYED,
  moveLabel,
  readCurrent,
  readPending,
  readVersions,
  type Version,
  type Versions,
  writePending,
} from './secret.ts';
import { SecretRotationError } from './secret-rotation-error.ts';
import { deploy, type Fleet, isBehind, isOutdated, servicesOf } from './services.ts';
import type { Settings } from './settings.ts';

export interface Rotation {
  readonly secrets: SecretsManagerClient;
  readonly ecs: ECSClient;
  readonly engine: Engine;
  readonly settings: Settings;
  /** The authorities that servers are trusted by, as PEM. @throws DatabaseError `no-authorities` */
  readonly readAuthorities: () => Promise<string>;
  /** A password that nobody can guess, as a server and every client's configuration take it. */
  readonly newPassword: () => string;
  readonly secretId: string;
  /** Names the rotation, and the version that it makes. */
  readonly token: string;
  readonly signal: AbortSignal;
}

type Step = (rotation: Rotation, versions: Versions) => Promise<void>;

/**
 * The steps of a rotation. Each is safe to repeat, at any time and after a break at any point.
 * Source: AWS Secrets Manager User Guide, "Rotation by Lambda function".
 */
export const STEPS = { createSecret, setSecret, testSecret, finishSecret } as const satisfies Record<string, Step>;

/**
 * Takes a step.
 * @throws DatabaseError, SecretRotationError with every fault; Secrets Manager then tries the rotation again
 */
export async function rotate(step: keyof typeof STEPS, rotation: Rotation): Promise<void> {
  const versions = await readVersions(rotation);
  // Nothing of a version that is in use may change.
  if (versions.isOver && step !== 'finishSecret') return;
  await STEPS[step](rotation, versions);
}

/** Writes the next version: the other user, and a new password. */
async function createSecret(rotation: Rotation): Promise<void> {
  if (await readPending(rotation)) return;
  const { username, ...rest } = checked(rotation, await readCurrent(rotation));
  await writePending(rotation, { ...rest, username: otherUser(username), password: rotation.newPassword() });
}

/** Gives the other user, who is made if need be, the new password and the application's rights. */
async function setSecret(rotation: Rotation, versions: Versions): Promise<void> {
  const { engine, settings, signal } = rotation;
  const [admin, pending, current, endpoint] = await Promise.all([
    readAdmin(rotation),
    readPending(rotation),
    readCurrent(rotation),
    endpointOf(rotation),
  ]);
  const login = checked(rotation, pending, admin);
  if (!current || login.username !== otherUser(String(current.fields.username)))
    throw wrongUser(versions.arn, rotation.token);
  await letServicesFollow(rotation, versions, current);
  await engine.prepare(endpoint, admin, { ...login, database: settings.database }, signal);
}

/** Logs in as the application will. */
async function testSecret(rotation: Rotation): Promise<void> {
  // What Secrets Manager makes to try a new configuration may be empty: the current version then shows as much.
  await logIn(rotation, (await readPending(rotation)) ?? (await readCurrent(rotation)));
}

/** Makes the version current, and deploys the services anew: ECS reads secrets when a task starts. */
async function finishSecret(rotation: Rotation, versions: Versions): Promise<void> {
  const { token } = rotation;
  const { arn, current, pending, deployed, isOver } = versions;
  if (!isOver) {
    // In whatever order the steps come: only what logs in becomes current.
    await logIn(rotation, await readPending(rotation));
    await moveLabel(rotation, 'AWSCURRENT', { from: current, to: token });
  }
  if (deployed !== token) {
    const fleet = fleetOf(rotation);
    await deploy(fleet, await servicesOf(fleet, arn));
    await moveLabel(rotation, DEPLOYED, { from: deployed, to: token });
  }
  // Left there, it would keep the secret from rotating after somebody puts a value by hand.
  if (pending === token) await moveLabel(rotation, 'AWSPENDING', { from: token, to: undefined });
}

/**
 * Sees that no task uses the other user any longer, whose password is about to change. One does where a deployment
 * failed or is not over, or where a version was made current by hand. A version's time tells since when it is current
 * only where no rotation made it; of the others, the label tells that every service was deployed since.
 * @throws SecretRotationError `services-behind`; what had to be deployed is being deployed
 */
async function letServicesFollow(rotation: Rotation, versions: Versions, { created }: Version): Promise<void> {
  const { arn, current, deployed } = versions;
  const fleet = fleetOf(rotation);
  const services = await servicesOf(fleet, arn);
  if (deployed !== undefined && deployed !== current) {
    await deploy(fleet, services);
    await moveLabel(rotation, DEPLOYED, { from: deployed, to: current });
    if (services.length > 0) throw servicesBehind(services);
    return;
  }
  const behind = services.filter((service) => isBehind(service, created));
  if (behind.length > 0) {
    await deploy(
      fleet,
      behind.filter((service) => isOutdated(service, created)),
    );
    throw servicesBehind(behind);
  }
  await moveLabel(rotation, DEPLOYED, { from: deployed, to: current });
}

function servicesBehind(services: readonly Service[]): SecretRotationError {
  return new SecretRotationError(
    services.map(({ serviceArn = 'ECS' }) => ({
      code: 'services-behind',
      where: serviceArn,
      received: 'tasks that were started before the secret’s current version, or that are being replaced',
      expected: 'no task with the login that is about to get another password',
      remedy: 'see that the service’s deployment comes to its end, then rotate again: it goes on where it stopped',
    })),
  );
}

async function logIn(rotation: Rotation, version: Version | undefined): Promise<void> {
  const application = { ...checked(rotation, version), database: rotation.settings.database };
  await rotation.engine.logIn(await endpointOf(rotation), application, rotation.signal);
}

/** The login in a version. @throws DatabaseError `secret-unfit` with every fault */
function checked({ settings, engine, secretId }: Rotation, version: Version | undefined, admin?: Login) {
  const fields = version?.fields ?? {};
  const faults = applicationFaults(secretId, fields, {
    database: settings.database,
    engine,
    admin: admin as unknown as Fields,
  });
  if (faults.length > 0) throw new DatabaseError(faults);
  return fields as Fields & Login;
}

async function readAdmin({ secrets, settings, signal }: Rotation): Promise<Login> {
  const { adminSecretArn: secretId } = settings;
  const { fields = {} } = (await readCurrent({ secrets, secretId, signal })) ?? {};
  const faults = adminFaults(secretId, fields);
  if (faults.length > 0) throw new DatabaseError(faults);
  return fields as Fields & Login;
}

async function endpointOf({ settings: { host, port }, readAuthorities }: Rotation): Promise<Endpoint> {
  return { host, port, ca: await readAuthorities() };
}

function fleetOf({ ecs, settings: { cluster }, signal }: Rotation): Fleet {
  return { ecs, cluster, signal };
}

function wrongUser(where: string, token: Access['token']): SecretRotationError {
  return new SecretRotationError({
    code: 'wrong-user',
    where,
    received: `a version ${token} for the user of the current one, or for a stranger`,
    expected: 'the other of the application’s two users, whom no task uses',
    remedy: `take AWSPENDING from that version (update-secret-version-stage --remove-from-version-id ${token}), and rotate again`,
  });
}

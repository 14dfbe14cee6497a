import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Login } from '@bitclouded/kit/databases';

const $metadata = {};

interface Version {
  text: string | undefined;
  readonly created: Date;
  readonly labels: Set<string>;
}

/** One secret for tests, with versions and labels as Secrets Manager keeps them. */
export class SecretInMemory {
  readonly arn: string;
  readonly versions = new Map<string, Version>();
  isRotating = true;
  readonly #now: () => Date;

  /** @param value of the first version, which is current */
  constructor(arn: string, value: object, now: () => Date) {
    this.arn = arn;
    this.#now = now;
    this.#putLabel('AWSCURRENT', this.#add(JSON.stringify(value)));
  }

  holderOf(label: string): string | undefined {
    return [...this.versions].find(([, { labels }]) => labels.has(label))?.[0];
  }

  get current(): Login & Readonly<Record<string, unknown>> {
    return JSON.parse(this.versions.get(this.holderOf('AWSCURRENT')!)!.text!);
  }

  get currentCreated(): Date {
    return this.versions.get(this.holderOf('AWSCURRENT')!)!.created;
  }

  /** As RotateSecret: an empty version that waits, unless one waits already. @returns the version that waits */
  begin(): string {
    const waiting = this.holderOf('AWSPENDING');
    if (waiting && waiting !== this.holderOf('AWSCURRENT')) return waiting;
    const id = this.#add(undefined);
    this.#putLabel('AWSPENDING', id);
    return id;
  }

  /** What the operator does to give a rotation up. */
  cancel(): void {
    for (const { labels } of this.versions.values()) labels.delete('AWSPENDING');
  }

  /** A value that somebody puts by hand: it is current at once. */
  putByHand(value: object = this.current): void {
    this.#makeCurrent(this.#add(JSON.stringify(value)));
  }

  /** Answers a command; undefined is one that is for something else. */
  answer(command: object): object | undefined {
    if (command instanceof DescribeSecretCommand) {
      const labelled = [...this.versions].filter(([, { labels }]) => labels.size > 0);
      const VersionIdsToStages = Object.fromEntries(labelled.map(([id, { labels }]) => [id, [...labels]]));
      return { ARN: this.arn, RotationEnabled: this.isRotating, VersionIdsToStages };
    }
    if (command instanceof GetSecretValueCommand) {
      const { VersionId, VersionStage = '' } = command.input;
      const version = this.versions.get(VersionId ?? this.holderOf(VersionStage) ?? '');
      if (version?.text === undefined || !version.labels.has(VersionStage))
        throw new ResourceNotFoundException({ message: 'no such value', $metadata });
      return { SecretString: version.text, CreatedDate: version.created };
    }
    if (command instanceof PutSecretValueCommand) {
      const { ClientRequestToken = '', SecretString, VersionStages = [] } = command.input;
      const version = this.versions.get(ClientRequestToken)!;
      if (version.text !== undefined && version.text !== SecretString)
        throw new ResourceExistsException({ message: 'another value', $metadata });
      version.text = SecretString;
      for (const label of VersionStages) this.#putLabel(label, ClientRequestToken);
      return {};
    }
    if (command instanceof UpdateSecretVersionStageCommand) {
      const { VersionStage = '', MoveToVersionId, RemoveFromVersionId } = command.input;
      if (this.holderOf(VersionStage) !== RemoveFromVersionId) throw new Error('InvalidParameterException');
      if (!MoveToVersionId) this.versions.get(RemoveFromVersionId!)!.labels.delete(VersionStage);
      else if (VersionStage === 'AWSCURRENT') this.#makeCurrent(MoveToVersionId);
      else this.#putLabel(VersionStage, MoveToVersionId);
      return {};
    }
    return undefined;
  }

  #add(text: string | undefined): string {
    const id = `v${this.versions.size}`;
    this.versions.set(id, { text, created: this.#now(), labels: new Set() });
    return id;
  }

  #putLabel(label: string, id: string): void {
    for (const { labels } of this.versions.values()) labels.delete(label);
    this.versions.get(id)!.labels.add(label);
  }

  #makeCurrent(id: string): void {
    const old = this.holderOf('AWSCURRENT');
    this.#putLabel('AWSCURRENT', id);
    if (old && old !== id) this.#putLabel('AWSPREVIOUS', old);
  }
}

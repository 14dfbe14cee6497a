import {
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListObjectVersionsCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker?: boolean;
  /** Under an object lock: never deleted. */
  readonly isLocked?: boolean;
  /** How often S3 is too busy to delete it. */
  busy?: number;
}

/** One bucket for tests, with what the API Reference says of pages and of deletes that fail one by one. */
export class BucketInMemory {
  tags: Readonly<Record<string, string>> | undefined = { 'bitclouded:emptied': 'yes' };
  exists = true;
  versions: StoredVersion[];
  /** Called before each request, with the name of its command. */
  before: (command: string) => void = () => {};
  readonly #page: number;
  readonly requests: string[] = [];

  constructor(versions: readonly StoredVersion[] = [], page = 1000) {
    this.versions = [...versions];
    this.#page = page;
  }

  get client(): S3Client {
    const send = async (command: object, { abortSignal }: { abortSignal: AbortSignal }) => {
      this.requests.push(command.constructor.name);
      this.before(command.constructor.name);
      abortSignal.throwIfAborted();
      if (!this.exists) throw failure('NoSuchBucket');
      return this.#answer(command);
    };
    return { send } as unknown as S3Client;
  }

  #answer(command: object) {
    if (command instanceof GetBucketTaggingCommand) {
      if (command.input.ExpectedBucketOwner !== '123456789012') throw failure('AccessDenied');
      if (!this.tags) throw failure('NoSuchTagSet');
      return { TagSet: Object.entries(this.tags).map(([Key, Value]) => ({ Key, Value })) };
    }
    if (command instanceof ListObjectVersionsCommand) return this.#list(command.input);
    if (command instanceof DeleteObjectsCommand) return this.#delete(command.input);
    throw new Error(`${command.constructor.name} is none of the requests of this function`);
  }

  #list({ KeyMarker, VersionIdMarker }: ListObjectVersionsCommand['input']) {
    const all = this.versions.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    const from = KeyMarker === undefined ? '' : `${KeyMarker}\0${VersionIdMarker}`;
    const rest = all.filter((version) => placeOf(version) > from);
    const page = rest.slice(0, this.#page);
    const shown = (isMarker: boolean) =>
      page
        .filter((version) => (version.isMarker ?? false) === isMarker)
        .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const last = rest.length > page.length ? page.at(-1) : undefined;
    return {
      ...(page.some(({ isMarker }) => !isMarker) && { Versions: shown(false) }),
      ...(page.some(({ isMarker }) => isMarker) && { DeleteMarkers: shown(true) }),
      NextKeyMarker: last?.key,
      NextVersionIdMarker: last?.versionId,
    };
  }

  #delete({ Delete }: DeleteObjectsCommand['input']) {
    const objects = Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > 1000) throw failure('MalformedXML');
    const Errors: { Key: string; Code: string }[] = [];
    for (const { Key, VersionId } of objects) {
      const version = this.versions.find(({ key, versionId }) => key === Key && versionId === VersionId);
      if (!version) continue;
      if (version.isLocked) Errors.push({ Key: Key!, Code: 'AccessDenied' });
      else if (version.busy) {
        version.busy--;
        Errors.push({ Key: Key!, Code: 'SlowDown' });
      } else this.versions.splice(this.versions.indexOf(version), 1);
    }
    return Errors.length > 0 ? { Errors } : {};
  }
}

function placeOf({ key, versionId }: StoredVersion): string {
  return `${key}\0${versionId}`;
}

function failure(name: string): S3ServiceException {
  return new S3ServiceException({ name, message: name, $fault: 'client', $metadata: {} });
}

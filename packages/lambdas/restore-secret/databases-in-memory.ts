import {
  AddTagsToResourceCommand,
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';

const $metadata = {};
/** Looks at the database until a change shows in its state, and until it is done. */
const SHOWS_AFTER = 1;
const DONE_AFTER = 4;

/**
 * One database for tests, as RDS changes passwords: asked at once, shown a little later, done later still. What the
 * database takes is `password`; what RDS keeps is `kept`.
 */
export class DatabaseInMemory {
  readonly name: string;
  readonly isCluster: boolean;
  password = 'of the time of the snapshot';
  kept: string | undefined;
  tags: { Key?: string; Value?: string }[] = [];
  /** Of other work, such as a first backup: so many looks, or refused changes, until it ends. */
  busy = 0;
  /** Changes that were asked for. */
  readonly changes: object[] = [];
  resourceId = 'db-ABC';
  #change: { looks: number; apply: () => void } | undefined;
  #made = 0;

  constructor(name: string, isCluster = false) {
    this.name = name;
    this.isCluster = isCluster;
  }

  /** @param before runs before each request, and may throw */
  client(before: (command: object) => void = () => {}): RDSClient {
    const send = async (command: object) => {
      before(command);
      return this.#answer(command);
    };
    return { send } as unknown as RDSClient;
  }

  #answer(command: object): object {
    if (command instanceof DescribeDBInstancesCommand || command instanceof DescribeDBClustersCommand) {
      const { name } = this;
      const asked =
        command instanceof DescribeDBClustersCommand
          ? command.input.DBClusterIdentifier
          : command.input.DBInstanceIdentifier;
      if (asked !== name) throw new DBInstanceNotFoundFault({ message: `${asked} not found`, $metadata });
      return this.#describe();
    }
    if (command instanceof ModifyDBInstanceCommand || command instanceof ModifyDBClusterCommand) {
      if (this.busy > 0 || this.#change) {
        this.busy--;
        throw new InvalidDBInstanceStateFault({ message: 'not in available state', $metadata });
      }
      const { MasterUserPassword, ManageMasterUserPassword, RotateMasterUserPassword } = command.input;
      this.changes.push({ MasterUserPassword, ManageMasterUserPassword, RotateMasterUserPassword });
      if (ManageMasterUserPassword === true && this.kept !== undefined) throw new Error('kept already');
      if (RotateMasterUserPassword && this.kept === undefined) throw new Error('not kept by RDS');
      if (MasterUserPassword && this.kept !== undefined && ManageMasterUserPassword !== false)
        throw new Error('kept by RDS');
      const password = MasterUserPassword ?? `made by RDS ${++this.#made}`;
      this.#change = {
        looks: 0,
        apply: () => {
          this.password = password;
          this.kept = MasterUserPassword ? undefined : password;
        },
      };
      return {};
    }
    if (command instanceof AddTagsToResourceCommand) {
      this.tags.push(...command.input.Tags!);
      return {};
    }
    throw new Error(`${command.constructor.name} is none of the requests of this function`);
  }

  #describe(): object {
    let status = this.busy > 0 ? 'backing-up' : 'available';
    this.busy = Math.max(0, this.busy - 1);
    if (this.#change) {
      const looks = ++this.#change.looks;
      if (looks > DONE_AFTER) {
        this.#change.apply();
        this.#change = undefined;
      } else if (looks > SHOWS_AFTER) status = 'resetting-master-credentials';
    }
    const secret = this.kept === undefined ? undefined : { SecretArn: 'arn:kept', SecretStatus: 'active' };
    const same = { MasterUsername: 'the_admin', MasterUserSecret: secret, TagList: [...this.tags] };
    const arn = `arn:aws:rds:eu-west-1:123456789012:db:${this.name}`;
    return this.isCluster
      ? { DBClusters: [{ ...same, Status: status, DBClusterArn: arn, DbClusterResourceId: this.resourceId }] }
      : { DBInstances: [{ ...same, DBInstanceStatus: status, DBInstanceArn: arn, DbiResourceId: this.resourceId }] };
  }
}

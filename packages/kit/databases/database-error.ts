import { FaultError } from '@bitclouded/documents/fault-error';

export type DatabaseErrorCode =
  /** There are no authorities to trust servers by. */
  | 'no-authorities'
  /** A secret's value is no login that goes with the database. */
  | 'secret-unfit'
  /** No verified connection came about, or the login is not taken. */
  | 'unreachable'
  /** The server refused a statement. */
  | 'refused'
  /** A database or user of the name belongs to something else. */
  | 'name-taken';

/** What a database's server, or the way to it, has to say. No message has a password or a statement in it. */
export class DatabaseError extends FaultError<DatabaseErrorCode> {}

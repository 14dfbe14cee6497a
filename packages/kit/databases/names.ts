/** Rules for what says where an application's database is; each with what it takes, for a message. */

export const HOST_NAME = {
  // The certificates of databases are for names, and the driver of MySQL compares no address with one.
  expected: 'a host name, and no address',
  pattern:
    /^(?=.{1,253}$)(?!.*(?:^|\.)\d+$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
} as const;

export const PORT = {
  expected: 'a port from 1 to 65535',
  pattern: /^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/,
} as const;

export const ENGINE_NAME = { expected: 'postgres or mysql', pattern: /^(?:postgres|mysql)$/ } as const;

export const DATABASE_NAME = {
  expected: 'letters, digits, _ and -, a letter first, at most 57, and no name of the server’s own',
  pattern:
    /^(?!(?:postgres|template[01]|rdsadmin|mysql|sys|information_schema|performance_schema|innodb|tmp)$)[A-Za-z][A-Za-z0-9_-]{0,56}$/i,
} as const;

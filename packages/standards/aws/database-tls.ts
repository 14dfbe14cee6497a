/** The parameter by which a database refuses connections without TLS, by the family of its parameter group. */
export function tlsParameterOf(family: string): string | undefined {
  if (/^(?:postgres|aurora-postgresql|sqlserver-)/.test(family)) return 'rds.force_ssl';
  if (/^(?:mysql|aurora-mysql|mariadb)/.test(family)) return 'require_secure_transport';
  return family.startsWith('docdb') ? 'tls' : undefined;
}

/**
 * Families whose default lets clients in without TLS. Sources: RDS User Guide, "Using SSL with a PostgreSQL DB
 * instance" and "Requiring SSL/TLS for all connections" to MySQL and to MariaDB; Aurora User Guide, "Security with
 * Amazon Aurora PostgreSQL" and "Comparing Aurora MySQL version 3 and Aurora MySQL version 8.4".
 */
const OPEN = [
  /^postgres(?:9\.\d|1[0-4])$/,
  /^aurora-postgresql(?:9\.\d|1[0-6])$/,
  /^mysql(?:5\.7|8\.0|8\.4)$/,
  /^aurora-mysql(?:5\.7|8\.0)$/,
  /^mariadb(?:10\.5|10\.6|10\.11|11\.4)$/,
];

export function isOpenByDefault(family: string): boolean {
  return OPEN.some((families) => families.test(family));
}

/** The family of an engine in a version, such as `mysql8.0` or `postgres14`; PostgreSQL counts by one number since 10. */
export function familyOf(engine: string, version: string): string {
  const name = engine.toLowerCase();
  const [major = '', minor = ''] = version.split('.');
  return name.includes('postgres') && Number(major) >= 10 ? `${name}${major}` : `${name}${major}.${minor}`;
}

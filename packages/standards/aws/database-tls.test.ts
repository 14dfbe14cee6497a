import { familyOf, isOpenByDefault, tlsParameterOf } from './database-tls.ts';

describe('TLS of databases', () => {
  it.each([
    ['postgres14', 'rds.force_ssl', true],
    ['postgres15', 'rds.force_ssl', false],
    ['postgres9.6', 'rds.force_ssl', true],
    ['aurora-postgresql16', 'rds.force_ssl', true],
    ['aurora-postgresql17', 'rds.force_ssl', false],
    ['sqlserver-ee-15.0', 'rds.force_ssl', false],
    ['mysql8.0', 'require_secure_transport', true],
    ['mysql8.4', 'require_secure_transport', true],
    ['aurora-mysql8.0', 'require_secure_transport', true],
    ['aurora-mysql8.4', 'require_secure_transport', false],
    ['mariadb10.11', 'require_secure_transport', true],
    ['docdb5.0', 'tls', false],
    ['oracle-ee-19', undefined, false],
    ['custom-mysql8.0', undefined, false],
    ['custom-postgres14', undefined, false],
    ['not-docdb', undefined, false],
  ])('of the family %s is asked by %s', (family, parameter, isOpen) => {
    expect(tlsParameterOf(family)).toBe(parameter);
    expect(isOpenByDefault(family)).toBe(isOpen);
  });

  it.each([
    ['postgres', '9.6.24', 'postgres9.6'],
    ['postgres', '10.4', 'postgres10'],
    ['postgres', '17', 'postgres17'],
    ['aurora-postgresql', '16.4', 'aurora-postgresql16'],
    ['Aurora-MySQL', '8.0.mysql_aurora.3.08.0', 'aurora-mysql8.0'],
    ['mariadb', '10.11.8', 'mariadb10.11'],
  ])('%s %s is of the family %s', (engine, version, family) => {
    expect(familyOf(engine, version)).toBe(family);
  });
});

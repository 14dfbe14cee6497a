export { authoritiesOf } from './authorities.ts';
export { DatabaseError, type DatabaseErrorCode } from './database-error.ts';
export { adminFaults, applicationFaults, type Fields, secretFields } from './logins.ts';
export { mysql } from './mysql.ts';
export { DATABASE_NAME, ENGINE_NAME, HOST_NAME, PORT } from './names.ts';
export { postgres } from './postgres.ts';
export type { Application, Endpoint, Engine, Login } from './server.ts';
export { otherUser } from './users.ts';

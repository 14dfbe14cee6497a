import type { Check } from './check.ts';
import { accountPublicAccess } from './checks/account-public-access.ts';
import { bucketPolicy } from './checks/bucket-policy.ts';
import { bucketPublicAccess } from './checks/bucket-public-access.ts';
import { buckets } from './checks/buckets.ts';
import { cdn } from './checks/cdn.ts';
import { clock } from './checks/clock.ts';
import { credentials } from './checks/credentials.ts';
import { indexDocument } from './checks/index-document.ts';
import { quotas } from './checks/quotas.ts';
import { receipts } from './checks/receipts.ts';
import { regions } from './checks/regions.ts';
import { registry } from './checks/registry.ts';
import { workflowRoles } from './checks/workflow-roles.ts';
import { writeProbe } from './checks/write-probe.ts';

/** What must hold before a host can be made. */
export const PREFLIGHT: readonly Check[] = [credentials, clock, regions, accountPublicAccess];

/** What must hold for releases to be made, and read. */
export const CHECKS: readonly Check[] = [
  ...PREFLIGHT,
  quotas,
  buckets,
  bucketPublicAccess,
  bucketPolicy,
  writeProbe,
  indexDocument,
  receipts,
  cdn,
  registry,
  workflowRoles,
];

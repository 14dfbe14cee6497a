import type { Fault } from '@bitclouded/documents';
import type { KitErrorCode } from '../kit-error.ts';

/** Source: CloudFormation User Guide, "Understand CloudFormation quotas". */
export const TEMPLATE_LIMITS = {
  bytes: 1_000_000,
  Resources: 500,
  Parameters: 200,
  Outputs: 200,
  Mappings: 200,
  descriptionBytes: 1024,
} as const;

/** Faults of a template that CloudFormation would refuse for its size. */
export function checkLimits(where: string, template: Record<string, unknown>, yaml: string): Fault<KitErrorCode>[] {
  const faults: Fault<KitErrorCode>[] = [];
  const over = (received: number, limit: number, what: string): void => {
    if (received > limit)
      faults.push({
        code: 'limit-exceeded',
        where,
        received: `${received} ${what}`,
        expected: `at most ${limit} ${what}`,
        remedy: 'split the template in two that are wired',
      });
  };
  over(Buffer.byteLength(yaml), TEMPLATE_LIMITS.bytes, 'bytes');
  over(Buffer.byteLength(String(template.Description ?? '')), TEMPLATE_LIMITS.descriptionBytes, 'bytes of Description');
  for (const section of ['Resources', 'Parameters', 'Outputs', 'Mappings'] as const)
    over(Object.keys(template[section] ?? {}).length, TEMPLATE_LIMITS[section], section.toLowerCase());
  return faults;
}

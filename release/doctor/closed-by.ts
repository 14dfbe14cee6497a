/** The settings of Block Public Access, of an account or of a bucket. */
interface PublicAccessBlock {
  readonly BlockPublicPolicy?: boolean | undefined;
  readonly RestrictPublicBuckets?: boolean | undefined;
}

/**
 * The settings that keep anonymous readers out. The two about ACLs do not: nothing here has any.
 * Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
 */
export function closedBy(block: PublicAccessBlock): readonly string[] {
  return (['BlockPublicPolicy', 'RestrictPublicBuckets'] as const).filter((name) => block[name]);
}

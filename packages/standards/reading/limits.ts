/**
 * What is read at all. CloudFormation itself takes 1,000,000 bytes (User Guide, "Understand CloudFormation quotas"),
 * so twice that leaves room to say by how much a template is over, and nothing larger can be one.
 */
export const READ_LIMITS = {
  bytes: 2_000_000,
  /** Levels of lists and maps. Parsing is recursive from here on, so this keeps the stack. */
  depth: 100,
  /** Lexical tokens of YAML; a template of 1,000,000 bytes as people write them has 410,000. */
  tokens: 500_000,
  /** Values after aliases and loops are written out. */
  values: 500_000,
  /** Twice what CloudFormation takes. */
  resources: 1_000,
  /** Faults that one reading reports; a broken file repeats itself. */
  faults: 20,
} as const;

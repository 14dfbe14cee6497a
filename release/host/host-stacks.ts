import type { AwsHost } from '@bitclouded/documents';

/** The templates of the catalogue that make a host, in the order in which their stacks need each other. */
export const HOST_TEMPLATES = ['artifact-host', 'github-oidc', 'artifact-region'] as const;
export type HostTemplate = (typeof HOST_TEMPLATES)[number];

/** One stack of a host. */
export interface HostStack {
  readonly template: HostTemplate;
  /** `<prefix>-<template>`: two hosts of one account have two prefixes. */
  readonly name: string;
  readonly region: string;
}

/** Where the catalogue keeps the template. */
export function catalogueNameOf(template: HostTemplate): string {
  return `foundation/${template}`;
}

/**
 * The stacks of a host in waves: each wave takes outputs of those before it. Workflows get roles only where the
 * configuration names their repository.
 */
export function hostStacks({ prefix, homeRegion, regions, stacks }: AwsHost): readonly (readonly HostStack[])[] {
  const stack = (template: HostTemplate, region: string): HostStack => ({
    template,
    name: `${prefix}-${template}`,
    region,
  });
  const waves = [
    [stack('artifact-host', homeRegion)],
    stacks?.['github-oidc']?.Repository === undefined ? [] : [stack('github-oidc', homeRegion)],
    regions.filter((region) => region !== homeRegion).map((region) => stack('artifact-region', region)),
  ];
  return waves.filter((wave) => wave.length > 0);
}

import { readProperties } from '@bitclouded/kit/custom-resource';

/** What the template says of a certificate. */
export interface Properties {
  readonly DomainName: string;
  readonly AlternativeNames?: readonly string[];
  /** A public zone that holds all of the names. */
  readonly HostedZoneId: string;
  readonly Region: string;
}

/** Source: AWS Certificate Manager API Reference, RequestCertificate, DomainName. */
const NAME = {
  expected: 'a domain name of at most 253 characters, a wildcard only as its first label',
  pattern: /^(?=.{3,253}$)(?:\*\.)?(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+(?!-)[A-Za-z0-9-]{2,63}(?<!-)$/,
} as const;

const DECLARED = {
  DomainName: NAME,
  AlternativeNames: { ...NAME, list: true, optional: true },
  HostedZoneId: { expected: 'the id of a hosted zone', pattern: /^[A-Z0-9]{1,32}$/ },
  Region: { expected: 'the name of a region, such as us-east-1', pattern: /^[a-z]{2}(?:-[a-z]+)+-\d$/ },
} as const;

/** @throws CustomResourceError `property-invalid` with every fault */
export function readCertificate(properties: Readonly<Record<string, unknown>>): Properties {
  return readProperties(DECLARED, properties);
}

/** All names of a certificate, as they are compared: in lower case, each once, sorted. */
export function namesOf({ DomainName, AlternativeNames = [] }: Partial<Properties>): string[] {
  return [...new Set([DomainName ?? '', ...AlternativeNames].map((name) => name.toLowerCase()))].sort();
}

const ARN = /^arn:[^:]+:acm:([^:]+):\d{12}:certificate\/.+$/;

export function isCertificateArn(id: string): boolean {
  return ARN.test(id);
}

export function regionOf(arn: string): string {
  return ARN.exec(arn)?.[1] ?? '';
}

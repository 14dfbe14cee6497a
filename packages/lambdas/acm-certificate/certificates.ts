import { createHash } from 'node:crypto';
import {
  type ACMClient,
  type CertificateDetail,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type Tag,
} from '@aws-sdk/client-acm';
import type { Owner } from '@bitclouded/kit/custom-resource';
import { namesOf, type Properties } from './properties.ts';

/** The tags that say whose a certificate is. */
export const STACK_TAG = 'bitclouded:stack-id';
export const RESOURCE_TAG = 'bitclouded:logical-id';

/** @returns the ARN; the same again where the request comes again within an hour */
export async function requestCertificate(
  acm: ACMClient,
  properties: Properties,
  owner: Owner,
  requestId: string,
  abortSignal: AbortSignal,
): Promise<string> {
  const { CertificateArn } = await acm.send(
    new RequestCertificateCommand({
      DomainName: properties.DomainName,
      ...(properties.AlternativeNames?.length && { SubjectAlternativeNames: [...properties.AlternativeNames] }),
      ValidationMethod: 'DNS',
      // At most 32 letters and digits.
      IdempotencyToken: createHash('sha256').update(requestId).digest('hex').slice(0, 32),
      Tags: tagsOf(owner),
    }),
    { abortSignal },
  );
  return CertificateArn!;
}

/** The certificate, or undefined if ACM does not know it. */
export async function describeCertificate(
  acm: ACMClient,
  arn: string,
  abortSignal: AbortSignal,
): Promise<CertificateDetail | undefined> {
  try {
    return (await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }), { abortSignal })).Certificate;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return undefined;
  }
}

/** Whether the certificate is for exactly these names, and still can be used. */
export function serves(certificate: CertificateDetail | undefined, properties: Properties): boolean {
  if (certificate?.Status !== 'ISSUED' && certificate?.Status !== 'PENDING_VALIDATION') return false;
  const { DomainName, SubjectAlternativeNames = [] } = certificate;
  return namesOf({ DomainName, AlternativeNames: SubjectAlternativeNames }).join() === namesOf(properties).join();
}

/**
 * The ARNs of the owner's certificates with one of these domain names. Only tags tell the owner, and each is a
 * request: so the domain names narrow the search.
 */
export async function ownedBy(
  owner: Owner,
  domainNames: ReadonlySet<string>,
  acm: ACMClient,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const owned: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await acm.send(new ListCertificatesCommand({ NextToken }), { abortSignal });
    for (const { CertificateArn, DomainName } of page.CertificateSummaryList ?? [])
      if (CertificateArn && DomainName && domainNames.has(DomainName.toLowerCase()))
        if (await isOwnedBy(owner, CertificateArn, acm, abortSignal)) owned.push(CertificateArn);
    NextToken = page.NextToken;
  } while (NextToken);
  return owned;
}

/** That it is gone is success. @returns false while something uses it */
export async function deleteCertificate(acm: ACMClient, arn: string, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await acm.send(new DeleteCertificateCommand({ CertificateArn: arn }), { abortSignal });
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  return true;
}

async function isOwnedBy(owner: Owner, arn: string, acm: ACMClient, abortSignal: AbortSignal): Promise<boolean> {
  try {
    const { Tags = [] } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn: arn }), { abortSignal });
    return tagsOf(owner).every(({ Key, Value }) => Tags.some((tag) => tag.Key === Key && tag.Value === Value));
  } catch (error) {
    // Deleted since it was listed.
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return false;
  }
}

function tagsOf({ stackId, logicalId }: Owner): (Tag & { Key: string })[] {
  return [
    { Key: STACK_TAG, Value: stackId },
    { Key: RESOURCE_TAG, Value: logicalId },
  ];
}

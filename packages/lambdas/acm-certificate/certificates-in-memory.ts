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
import { ChangeResourceRecordSetsCommand, GetHostedZoneCommand, type Route53Client } from '@aws-sdk/client-route-53';

interface Stored {
  readonly region: string;
  readonly detail: CertificateDetail;
  readonly tags: readonly Tag[];
  readonly token: string | undefined;
  /** Looks until ACM has the records. */
  untilRecords: number;
  /** Deletes that are refused because something uses it. */
  inUse: number;
}

const $metadata = {};

/**
 * Certificates of all regions and one zone, for tests: idempotency tokens, records that come late and are the same in
 * each region, and a certificate that is issued once the zone has its records.
 */
export class CertificatesInMemory {
  readonly certificates = new Map<string, Stored>();
  /** What stands in the zone, by name. */
  readonly records = new Map<string, string>();
  readonly zone = { name: 'example.com.', isPrivate: false, isDelegated: true };
  /** What becomes of a certificate instead of being issued. */
  failure: Pick<CertificateDetail, 'Status' | 'FailureReason'> | undefined;
  /** Called before each request that changes something, and after it; throws to make it fail. */
  mishap: (when: 'before' | 'after') => void = () => {};
  /** The names of the requests to Route 53 and what they change. */
  readonly zoneChanges: string[] = [];
  #made = 0;

  acm = (region: string): ACMClient =>
    ({ send: async (command: object) => this.#answer(region, command) }) as unknown as ACMClient;

  readonly route53 = {
    send: async (command: object) => {
      if (command instanceof GetHostedZoneCommand)
        return {
          HostedZone: { Name: this.zone.name, Config: { PrivateZone: this.zone.isPrivate } },
          DelegationSet: { NameServers: ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'] },
        };
      if (!(command instanceof ChangeResourceRecordSetsCommand)) throw new Error('another request to Route 53');
      this.mishap('before');
      for (const { Action, ResourceRecordSet: set } of command.input.ChangeBatch?.Changes ?? []) {
        this.zoneChanges.push(`${Action} ${set!.Type} ${set!.Name}`);
        this.records.set(set!.Name!, set!.ResourceRecords![0]!.Value!);
      }
      this.mishap('after');
      return {};
    },
  } as unknown as Route53Client;

  of(region: string): string[] {
    return [...this.certificates].filter(([, stored]) => stored.region === region).map(([arn]) => arn);
  }

  #answer(region: string, command: object) {
    if (command instanceof ListCertificatesCommand) {
      const all = this.of(region);
      const at = Number(command.input.NextToken ?? 0);
      return {
        CertificateSummaryList: all
          .slice(at, at + 1)
          .map((arn) => ({ CertificateArn: arn, DomainName: this.certificates.get(arn)!.detail.DomainName })),
        NextToken: all.length > at + 1 ? String(at + 1) : undefined,
      };
    }
    if (command instanceof ListTagsForCertificateCommand)
      return { Tags: [...this.#get(region, command.input.CertificateArn).tags] };
    if (command instanceof DescribeCertificateCommand) return this.#describe(region, command.input.CertificateArn);
    if (!(command instanceof RequestCertificateCommand || command instanceof DeleteCertificateCommand))
      throw new Error(`${command.constructor.name} is none of the requests of this function`);
    this.mishap('before');
    const answer =
      command instanceof RequestCertificateCommand
        ? this.#request(region, command.input)
        : this.#delete(region, command.input.CertificateArn);
    this.mishap('after');
    return answer;
  }

  #request(
    region: string,
    { DomainName, SubjectAlternativeNames = [], IdempotencyToken, Tags = [] }: RequestCertificateCommand['input'],
  ) {
    if (!/^\w{1,32}$/.test(IdempotencyToken ?? '')) throw new Error('ValidationException');
    for (const arn of this.of(region))
      if (this.certificates.get(arn)!.token === IdempotencyToken) return { CertificateArn: arn };
    const CertificateArn = `arn:aws:acm:${region}:123456789012:certificate/${++this.#made}`;
    const names = [...new Set([DomainName!, ...SubjectAlternativeNames])];
    const detail: CertificateDetail = {
      CertificateArn,
      DomainName,
      SubjectAlternativeNames: names,
      Status: 'PENDING_VALIDATION',
      DomainValidationOptions: names.map((name) => ({ DomainName: name })),
    };
    this.certificates.set(CertificateArn, {
      region,
      detail,
      tags: Tags,
      token: IdempotencyToken,
      untilRecords: 2,
      inUse: 0,
    });
    return { CertificateArn };
  }

  #describe(region: string, arn: string | undefined) {
    const stored = this.#get(region, arn);
    const options = stored.detail.DomainValidationOptions!;
    if (stored.untilRecords-- === 0)
      for (const option of options) {
        const name = `_x.${option.DomainName!.replace(/^\*\./, '')}.`;
        option.ResourceRecord = { Name: name, Type: 'CNAME', Value: '_y.acm-validations.aws.' };
      }
    const isValid = options.every(({ ResourceRecord: record }) => record && this.records.has(record.Name!));
    if (this.failure) Object.assign(stored.detail, this.failure);
    else if (isValid && this.zone.isDelegated) stored.detail.Status = 'ISSUED';
    return { Certificate: structuredClone(stored.detail) };
  }

  #delete(region: string, arn: string | undefined) {
    if (this.#get(region, arn).inUse-- > 0) throw new ResourceInUseException({ message: 'in use', $metadata });
    this.certificates.delete(arn!);
    return {};
  }

  #get(region: string, arn = ''): Stored {
    const stored = this.certificates.get(arn);
    if (stored?.region === region) return stored;
    throw new ResourceNotFoundException({ message: `Could not find certificate ${arn}.`, $metadata });
  }
}

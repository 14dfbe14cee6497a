import { defineCustomResource } from '@bitclouded/kit';
import type { Properties } from './properties.ts';

export default defineCustomResource<Properties>()({
  name: 'acm-certificate',
  summary: 'Owns a certificate in another region, validated by records in a hosted zone',
  trigger: 'CloudFormation: a custom resource for each certificate',
  memoryMb: 256,
  // Ten minutes for the validation, and the rest for a distribution that lets go of a certificate slowly.
  timeoutSeconds: 900,
  environment: {},
  grants: {
    find: {
      actions: ['acm:ListCertificates'],
      why: 'Finds what an attempt before requested',
    },
    request: {
      actions: ['acm:RequestCertificate'],
      why: 'Requests the certificate',
    },
    own: {
      actions: [
        'acm:AddTagsToCertificate',
        'acm:ListTagsForCertificate',
        'acm:DescribeCertificate',
        'acm:DeleteCertificate',
      ],
      why: 'Writes the owner on the certificate, waits until it is issued, and removes it',
    },
    zone: {
      actions: ['route53:GetHostedZone', 'route53:ChangeResourceRecordSets'],
      why: 'Reads the name servers of the zone, and puts the validation records into it',
    },
  },
});

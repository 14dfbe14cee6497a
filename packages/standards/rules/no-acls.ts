import { resourceStandard } from '../standard.ts';

/** Canned ACLs that say no more than what holds without ACLs. */
const HARMLESS = ['Private', 'BucketOwnerFullControl'];

export default resourceStandard({
  name: 'no-acls',
  number: 18,
  title: 'A bucket uses no ACLs',
  why: 'ACLs grant access beside the bucket policy, object by object, where no review of the template sees it.',
  remedy: 'Remove AccessControl, set ObjectOwnership: BucketOwnerEnforced, and grant by bucket policy',
  source: 'S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket"',
  peers: 'cfn-lint W3045 and E3045 ask for ownership controls beside an ACL, not that there is none',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::S3::Bucket'],
  *check({ resource }) {
    for (const acl of resource.values('AccessControl'))
      if (!acl.isAbsent && acl.isNot(...HARMLESS)) yield { at: acl, message: `The bucket has the ACL ${acl.text}` };
    // Left out, a new bucket enforces its owner.
    for (const ownership of resource.values('OwnershipControls.Rules.*.ObjectOwnership'))
      if (!ownership.isAbsent && ownership.isNot('BucketOwnerEnforced'))
        yield { at: ownership, message: 'The bucket lets objects have ACLs' };
  },
  examples: {
    good: [
      `
      Resources:
        Silent: { Type: AWS::S3::Bucket }
        Explicit:
          Type: AWS::S3::Bucket
          Properties:
            AccessControl: Private
            OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] }
      `,
    ],
    bad: [
      `
      Resources:
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            AccessControl: LogDeliveryWrite # finding
            OwnershipControls:
              Rules:
                - ObjectOwnership: BucketOwnerPreferred # finding
      `,
    ],
  },
});

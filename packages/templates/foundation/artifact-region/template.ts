import {
  artifactKeys,
  artifactStatements,
  defineTemplate,
  forThisAccount,
  output,
  param,
  serviceMay,
} from '@bitclouded/kit';
import { Aws } from 'aws-cdk-lib';

const REVIEW = '2027-12-01';

export default defineTemplate({
  name: 'foundation/artifact-region',
  summary: 'Bucket of a release host in one region more: code of functions, and what tells that it is all there',
  scope: 'region',
  parameters: {
    Prefix: param.bucketNamePrefix({
      description: 'Begins the name of the bucket, as in the home region. Changing it makes a new, empty bucket',
      group: 'Host',
    }),
    PublisherArns: param.optionalPrincipalArns({
      description: 'Who alone may write artifacts, * for any text; empty leaves it to IAM',
      group: 'Host',
      label: 'Publishers',
    }),
    BreakGlassArns: param.optionalPrincipalArns({
      description: 'Who may delete artifacts, * for any text; empty for nobody',
      group: 'Host',
      label: 'Who may delete',
    }),
    ObjectLock: param.text({
      description: 'Locks each new version of an object; once on, the bucket has Object Lock for ever',
      group: 'Host',
      default: 'none',
      allowedValues: ['none', 'GOVERNANCE', 'COMPLIANCE'],
    }),
    ObjectLockDays: param.count({
      description: 'Days for which a new version is locked; only with ObjectLock',
      group: 'Host',
      default: '400',
      minimum: 1,
      maximum: 3650,
    }),
  },
  outputs: { RegionBucket: output.bucketName('Bucket of artifacts in the region') },
  build({ params, bucket, condition, except }) {
    const logs = bucket('AccessLogs', {
      purpose: 'log target',
      infrequentAfterDays: 30,
      expireAfterDays: 365,
      statements: ({ attrArn }) => [
        serviceMay('logging.s3.amazonaws.com', 's3:PutObject', `${attrArn}/*`, { StringEquals: forThisAccount }),
      ],
    });

    const artifacts = bucket('Artifacts', {
      purpose: 'artifacts',
      namePrefix: params.Prefix,
      accessLogs: logs,
      objectLock: {
        on: condition('Locks', { not: condition('IsUnlocked', { equal: [params.ObjectLock, 'none'] }) }),
        mode: params.ObjectLock,
        days: params.ObjectLockDays,
      },
      statements: ({ attrArn }) =>
        artifactStatements(attrArn, {
          published: [artifactKeys.versions, artifactKeys.functions],
          createOnly: [artifactKeys.versions, artifactKeys.functions],
          publishers: params.PublisherArns,
          breakGlass: params.BreakGlassArns,
          releaseRoles: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/foundation/github-oidc/*`,
        }),
    });
    except(artifacts.bucket, 'no-public-buckets', {
      reason:
        'Published code is for everybody: Lambda reads it from the bucket of its own region, in the name of any account. The policy lets everybody read the published keys, list nothing and write nothing',
      review: REVIEW,
    });
    return { RegionBucket: artifacts.bucket.ref };
  },
});

import { type AwsHost, bucketOf, partitionOf } from '@bitclouded/documents';
import { publishedKeys } from './published-keys.ts';
import { isAbout, type PolicyStatement } from './read-policy.ts';

/** What a bucket's policy lacks: each a sentence; empty where it is as a host's should be. */
export function judgePolicy(host: AwsHost, region: string, statements: readonly PolicyStatement[]): readonly string[] {
  const bucket = `arn:${partitionOf(region)}:s3:::${bucketOf(host, region)}`;
  const allows = statements.filter(({ Effect }) => Effect === 'Allow');
  const denies = statements.filter(({ Effect }) => Effect === 'Deny');
  return [
    ...publishedKeys(host, region).flatMap(({ key, createOnly }) => [
      ...(allows.some((one) => one.Condition === undefined && isAbout(one, 's3:GetObject', `${bucket}/${key}`))
        ? []
        : [`strangers may not read ${key}`]),
      ...(!createOnly || denies.some((one) => needsNoneMatch(one) && isAbout(one, 's3:PutObject', `${bucket}/${key}`))
        ? []
        : [`${key} can be overwritten: no statement denies s3:PutObject without If-None-Match`]),
    ]),
    ...(['s3:DeleteObject', 's3:DeleteObjectVersion'] as const).flatMap((action) =>
      denies.some((one) => isAbout(one, action, `${bucket}/${publishedKeys(host, region)[0]!.key}`))
        ? []
        : [`no statement denies ${action}`],
    ),
    ...(allows.some((one) => isAbout(one, 's3:ListBucket', bucket)) ? ['strangers may list the bucket'] : []),
    ...(allows.some((one) => isAbout(one, 's3:PutObject', `${bucket}/x`)) ? ['strangers may write'] : []),
  ];
}

/** It binds whoever writes without saying that nothing may be there. */
function needsNoneMatch({ Condition }: PolicyStatement): boolean {
  return String([Condition?.Null?.['s3:if-none-match']].flat()[0]) === 'true';
}

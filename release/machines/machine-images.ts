import {
  CreateTagsCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type EC2Client,
  type Image,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { Architecture } from '../images/builder.ts';
import type { MachineBase } from './machine-identity.ts';

/** The newest image of an owner. @returns undefined where there is none */
export async function newestBase(
  ec2: EC2Client,
  { owner, name }: Extract<MachineBase, { kind: 'ami' }>,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await describe(ec2, { Owners: [owner], name, architecture }, signal);
  const newest = found.sort((one, other) => ((one.CreationDate ?? '') < (other.CreationDate ?? '') ? 1 : -1))[0];
  return newest?.ImageId;
}

/** This account's image of a name, failed ones left out. */
export async function ownImage(ec2: EC2Client, name: string, signal: AbortSignal): Promise<Found> {
  const found = await describe(ec2, { Owners: ['self'], name }, signal);
  const good = found.filter(({ State }) => State !== 'failed' && State !== 'invalid' && State !== 'error');
  return { image: good[0], failed: found.length - good.length };
}

export interface Found {
  readonly image: Image | undefined;
  /** How many of the name failed before. */
  readonly failed: number;
}

interface Asked {
  readonly Owners: string[];
  readonly name: string;
  readonly architecture?: Architecture;
}

async function describe(ec2: EC2Client, { Owners, name, architecture }: Asked, signal: AbortSignal): Promise<Image[]> {
  const filters = [
    { Name: 'name', Values: [name] },
    ...(architecture ? [{ Name: 'architecture', Values: [architecture] }] : []),
  ];
  const images: Image[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeImagesCommand({ Owners, Filters: filters, NextToken });
    const page = await ec2.send(command, { abortSignal: signal });
    images.push(...(page.Images ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return images;
}

/** Who may start machines of an image. */
export type Share =
  | { readonly with: 'everybody' }
  | { readonly with: 'nobody' }
  | { readonly with: 'accounts'; readonly accounts: readonly string[] };

/** Marks an image, lets its instances answer IMDSv2 alone, and shares it. What is so already is left alone. */
export async function finishImage(
  ec2: EC2Client,
  image: Image,
  tags: Readonly<Record<string, string>>,
  share: Share,
  signal: AbortSignal,
): Promise<void> {
  const ImageId = image.ImageId!;
  const options = { abortSignal: signal };
  const has = new Map(image.Tags?.map(({ Key, Value }) => [Key, Value]));
  const Tags = Object.entries(tags).flatMap(([Key, Value]) => (has.get(Key) === Value ? [] : [{ Key, Value }]));
  if (Tags.length > 0) await ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags }), options);
  if (image.ImdsSupport !== 'v2.0')
    await ec2.send(new ModifyImageAttributeCommand({ ImageId, ImdsSupport: { Value: 'v2.0' } }), options);
  const Add = await missingPermissions(ec2, image, share, signal);
  if (Add.length > 0) await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } }), options);
}

async function missingPermissions(ec2: EC2Client, image: Image, share: Share, signal: AbortSignal) {
  if (share.with === 'nobody') return [];
  if (share.with === 'everybody') return image.Public ? [] : [{ Group: 'all' as const }];
  const command = new DescribeImageAttributeCommand({ ImageId: image.ImageId!, Attribute: 'launchPermission' });
  const { LaunchPermissions = [] } = await ec2.send(command, { abortSignal: signal });
  const allowed = new Set(LaunchPermissions.map(({ UserId }) => UserId));
  return share.accounts.filter((account) => !allowed.has(account)).map((UserId) => ({ UserId }));
}

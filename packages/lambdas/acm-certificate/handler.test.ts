import { basename } from 'node:path';
import { CertificatesInMemory } from './certificates-in-memory.ts';
import { createHandler } from './handler.ts';
import definition from './lambda.ts';

async function answersTo(memory: CertificatesInMemory, ResourceProperties: Record<string, string>) {
  const answers: unknown[] = [];
  const handle = createHandler({
    acm: memory.acm,
    route53: memory.route53,
    pause: async () => {},
    send: async (_, request) => {
      answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()));
      return new Response();
    },
    log: () => {},
  });
  const event = {
    RequestType: 'Create',
    ResponseURL: 'https://answers.example.com/',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/dns/1',
    RequestId: '8d1b6bd0-6d5c-4b3e-9f4b-0a7a1a3f8f10',
    LogicalResourceId: 'CdnCertificate',
    ResourceProperties: { ServiceToken: 'x', ServiceTimeout: '960', ...ResourceProperties },
  };
  await handle(event as never, { getRemainingTimeInMillis: () => 900_000 });
  return answers;
}

const properties = { DomainName: 'example.com', HostedZoneId: 'Z1', Region: 'us-east-1' };

test('answers CloudFormation with the ARN of the certificate', async () => {
  const memory = new CertificatesInMemory();
  expect(await answersTo(memory, properties)).toMatchObject([
    { Status: 'SUCCESS', PhysicalResourceId: expect.stringContaining(':acm:us-east-1:') },
  ]);
});

test('tells which NS records an undelegated zone wants', async () => {
  const memory = new CertificatesInMemory();
  memory.zone.isDelegated = false;
  expect(await answersTo(memory, properties)).toMatchObject([
    { Status: 'FAILED', Reason: expect.stringContaining('NS ns-1.awsdns-01.org, ns-2.awsdns-02.com') },
  ]);
});

test('the definition has the name of its folder, and the longest time that Lambda allows', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(definition.timeoutSeconds).toBe(900);
});

import * as fc from 'fast-check';
import type { Alert } from './alert.ts';
import { type Format, render } from './formats.ts';

const alert: Alert = {
  messageId: 'id-1',
  title: 'ALARM: cpu',
  text: 'Too high',
  state: 'ALARM',
  link: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/cpu',
  facts: [{ name: 'Region', value: 'eu-west-1' }],
};

// biome-ignore lint/suspicious/noExplicitAny: the shapes are those of three products
function body(format: Format, more: Partial<Alert> = {}): any {
  return JSON.parse(render(format, { ...alert, ...more }));
}

test('Slack gets a text and one attachment with a colour, a link and fields', () => {
  expect(body('slack')).toEqual({
    text: 'ALARM: cpu',
    attachments: [
      {
        fallback: 'ALARM: cpu',
        color: '#d13212',
        title: 'Open in CloudWatch',
        title_link: alert.link,
        text: 'Too high',
        mrkdwn_in: [],
        fields: [{ title: 'Region', value: 'eu-west-1', short: true }],
      },
    ],
  });
});

test('in Slack a message cannot call people or forge links', () => {
  const sent = body('slack', { title: '<!channel> & co', text: '<https://evil.example|log in>' });
  expect(sent.text).toBe('&lt;!channel&gt; &amp; co');
  expect(sent.attachments[0].text).toBe('&lt;https://evil.example|log in&gt;');
});

test('Teams gets an adaptive card in a message', () => {
  const { type, attachments } = body('teams');
  expect(type).toBe('message');
  expect(attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(attachments[0].content).toMatchObject({
    type: 'AdaptiveCard',
    body: [
      { text: 'ALARM: cpu', color: 'Attention', wrap: true },
      { text: 'Too high', wrap: true },
      { type: 'FactSet', facts: [{ title: 'Region', value: 'eu-west-1' }] },
    ],
    actions: [{ type: 'Action.OpenUrl', url: alert.link }],
  });
});

test('a generic receiver gets the alert itself, with the name of its schema', () => {
  expect(body('generic')).toEqual({ schema: 'bitclouded.alert/1', ...alert });
});

test('without a link there is nothing to click', () => {
  expect(body('slack', { link: undefined }).attachments[0]).not.toHaveProperty('title_link');
  expect(body('teams', { link: undefined }).attachments[0].content.actions).toEqual([]);
});

test.each([
  ['OK', '#1d8102', 'Good'],
  ['INSUFFICIENT_DATA', '#687078', 'Default'],
  [undefined, '#687078', 'Default'],
])('the state %s has its colour', (state, slack, teams) => {
  expect(body('slack', { state }).attachments[0].color).toBe(slack);
  expect(body('teams', { state }).attachments[0].content.body[0].color).toBe(teams);
});

test('what is cut says so, and what fits is whole', () => {
  const fits = 'x'.repeat(3_000);
  expect(body('slack', { text: fits }).attachments[0].text).toBe(fits);
  const text = body('slack', { text: `${fits}y` }).attachments[0].text;
  expect(text).toHaveLength(3_000);
  expect(text).toMatch(/x… \(truncated\)$/);
  expect(body('generic', { text: 'x'.repeat(20_001) }).text).toMatch(/\(truncated\)$/);
});

test('a cut never leaves half a character', () => {
  const text = body('slack', { text: '😀'.repeat(3_000) }).attachments[0].text;
  expect(text.isWellFormed()).toBe(true);
});

test('any alert keeps within the limits of each chat', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u0000', '<', '&', '\n', '"', '漢', '😀', '\uD800').map((one) => one.repeat(300_000)),
  );
  const fact = fc.record({ name: fc.constant('Region'), value: hostile });
  fc.assert(
    fc.property(hostile, hostile, fc.array(fact, { maxLength: 5 }), (title, text, facts) => {
      const sent = body('slack', { title, text, facts });
      expect(JSON.stringify(sent).length).toBeLessThan(40_000);
      expect(JSON.stringify(sent)).not.toMatch(/[<>]/);
      expect(Buffer.byteLength(render('teams', { ...alert, title, text, facts }))).toBeLessThan(28 * 1024);
    }),
    { numRuns: 60 },
  );
});

import type { Alert } from './alert.ts';

/** Renders an alert as the JSON body of a webhook; keeps within its limits of size. */
const FORMATS = { slack, teams, generic } satisfies Record<string, (alert: Alert) => object>;

export type Format = keyof typeof FORMATS;

export function isFormat(name: string): name is Format {
  return Object.hasOwn(FORMATS, name);
}

/** @returns the body of the request, JSON */
export function render(format: Format, alert: Alert): string {
  return JSON.stringify(FORMATS[format](alert));
}

/** Characters of a title, of a fact, and of the text, before they are cut. */
const TITLE_LIMIT = 200;
const FACT_LIMIT = 150;
/**
 * Slack cuts a message at 40,000 characters (changelog, Truncating really long messages), of which escaping may
 * take five for one; Teams refuses one over 28 KB (Create Incoming Webhooks), of which JSON may take six for one.
 */
const CHAT_TEXT_LIMIT = 3_000;
/** The receiver is unknown; SNS itself sends at most 256 KB. */
const GENERIC_TEXT_LIMIT = 20_000;

const SLACK_COLOURS: Readonly<Record<string, string>> = { ALARM: '#d13212', OK: '#1d8102' };
const TEAMS_COLOURS: Readonly<Record<string, string>> = { ALARM: 'Attention', OK: 'Good' };

/**
 * Incoming webhooks of Slack, and of those who took its form over (Mattermost, Rocket.Chat). They know
 * attachments all, and Slack's newer blocks only in part.
 */
function slack(alert: Alert): object {
  const title = escapeSlack(cut(alert.title, TITLE_LIMIT));
  return {
    text: title,
    attachments: [
      {
        fallback: title,
        color: SLACK_COLOURS[alert.state ?? ''] ?? '#687078',
        ...(alert.link && { title: 'Open in CloudWatch', title_link: alert.link }),
        text: escapeSlack(cut(alert.text, CHAT_TEXT_LIMIT)),
        // Without it, an asterisk or an underscore of a metric's name would change the type.
        mrkdwn_in: [],
        fields: alert.facts.map(({ name, value }) => ({
          title: name,
          value: escapeSlack(cut(value, FACT_LIMIT)),
          short: true,
        })),
      },
    ],
  };
}

/** Slack's three control characters: unescaped, `<!channel>` in a message would call everybody. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Workflows of Microsoft Teams ("when a Teams webhook request is received") take an adaptive card in a message. */
function teams(alert: Alert): object {
  const color = TEAMS_COLOURS[alert.state ?? ''] ?? 'Default';
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: cut(alert.title, TITLE_LIMIT), weight: 'Bolder', color, wrap: true },
            // A card's text is Markdown: one line break alone is none.
            { type: 'TextBlock', text: cut(alert.text, CHAT_TEXT_LIMIT).replaceAll('\n', '\n\n'), wrap: true },
            {
              type: 'FactSet',
              facts: alert.facts.map(({ name, value }) => ({ title: name, value: cut(value, FACT_LIMIT) })),
            },
          ],
          actions: alert.link ? [{ type: 'Action.OpenUrl', title: 'Open in CloudWatch', url: alert.link }] : [],
        },
      },
    ],
  };
}

/** A plain document for receivers of one's own. */
function generic(alert: Alert): object {
  return { schema: 'bitclouded.alert/1', ...alert, text: cut(alert.text, GENERIC_TEXT_LIMIT) };
}

/** At most `limit` UTF-16 units, with a word at the end where something is missing. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const mark = '… (truncated)';
  // A pair of surrogates is one character: half of it would be none.
  return text.slice(0, limit - mark.length).replace(/[\uD800-\uDBFF]$/, '') + mark;
}

import { imageBases, instructionsOf } from '../../../conventions/image-bases.ts';
import type { Finding } from './finding.ts';

/** An instruction, its words joined by one space each. */
interface Instruction {
  readonly line: number;
  readonly name: string;
  readonly text: string;
}
type Broken = Pick<Finding, 'rule' | 'received' | 'expected' | 'remedy'>;

/** What the name of a value says that is kept from others. */
const SECRET_NAME = /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)(?:_|$)/i;
const SHELL = '(?:ba|da|k|z)?sh|python3?|perl|node|php';

/**
 * Holds a Dockerfile against the standards of `docs/images.md`, each of which has its source there.
 * @param file from the unit's folder, for the findings
 */
export function dockerfileFindings(file: string, text: string): readonly Finding[] {
  const bases = imageBases([{ path: 'Dockerfile', text }]).map(({ where, received, remedy }) => ({
    file,
    line: Number(where.split(':').at(-1)),
    ...{ rule: 'pinned-base', received, expected: 'a base by its digest', remedy },
  }));
  const instructions = [...instructionsOf(text)].map(({ line, words: [name = '', ...words] }) => {
    return { line, name, text: words.join(' ') };
  });
  const each = instructions.flatMap((instruction) =>
    ofInstruction(instruction).map((broken) => ({ file, line: instruction.line, ...broken })),
  );
  return [...bases, ...each, ...ofImage(instructions).map((broken) => ({ file, ...broken }))].toSorted(
    (a, b) => a.line - b.line,
  );
}

function ofInstruction({ name, text }: Instruction): Broken[] {
  switch (name) {
    case 'RUN':
      return ofCommand(text);
    case 'ADD':
      return ofAdd(text);
    case 'ENV':
    case 'ARG':
      return ofVariables(name, text);
    default:
      return [];
  }
}

function ofCommand(text: string): Broken[] {
  const broken: Broken[] = [];
  const refuse = (rule: string, found: RegExpExecArray | null, expected: string, remedy: string) => {
    if (found) broken.push({ rule, received: found[0], expected, remedy });
  };
  const piped = new RegExp(`\\b(?:curl|wget)\\b[^|;&]*\\|\\s*(?:sudo\\s+)?(?:${SHELL})\\b`);
  const substituted = new RegExp(
    `\\b(?:${SHELL}|eval|source|\\.)\\s+(?:-c\\s+)?["']?(?:<\\(|\\$\\(|\`)\\s*(?:curl|wget)\\b`,
  );
  refuse(
    'no-piped-download',
    piped.exec(text) ?? substituted.exec(text),
    'a download that is looked at before anything of it runs',
    'write it to a file, hold it to a hash, then run it',
  );
  const download = /\b(?:curl|wget)\b(?=[^|;&]*(?:https?:|\$))[^|;&]*/.exec(text);
  if (!/\bsha(?:256|384|512)sum\b|\bgpgv?\b|\bcosign\b|\bminisign\b/.test(text))
    refuse(
      'checked-download',
      download,
      'a download that is held to a hash or a signature in the same RUN',
      'name the hash in an ARG: echo "$SHA256  file" | sha256sum --check --strict',
    );
  refuse(
    'checked-source',
    /(?:--allow-unauthenticated|--force-yes|--no-gpg-check|trusted=yes|\bapt-key\b|--no-check-certificate|--allow-untrusted|\bcurl\b[^|;&]*\s(?:-k|--insecure)\b)/.exec(
      text,
    ),
    'a source whose signature or certificate is checked',
    'take the option away; a repository of packages gets its key in /usr/share/keyrings and signed-by',
  );
  refuse(
    'no-latest',
    /\S*(?:[/@:]latest)(?:$|[/\s"'])/.exec(text),
    'a version',
    'name the version, in an ARG, with the hash of what is fetched',
  );
  return broken;
}

function ofAdd(text: string): Broken[] {
  const [url] = /\b(?:https?:\/\/|git@)\S+/.exec(text) ?? [];
  if (url === undefined) return [];
  return [
    {
      rule: 'no-remote-add',
      received: `ADD ${url}`,
      expected: 'files of the folder',
      remedy: 'fetch it in a RUN that holds it to a hash',
    },
  ];
}

/** What ENV sets stands in the image, what ARG takes in its history: both can be read by whoever pulls it. */
function ofVariables(instruction: 'ENV' | 'ARG', text: string): Broken[] {
  const pairs = [...text.matchAll(/(?:^|\s)(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)];
  return pairs
    .filter(([, name, value = '']) => SECRET_NAME.test(name!) && (instruction === 'ARG' || !/^(?:""|'')?$/.test(value)))
    .map(([, name]) => ({
      rule: 'no-secret-variable',
      received: `${instruction} ${name}`,
      expected: 'no value of such a name in the image or its history',
      remedy:
        'RUN --mount=type=secret at build; the environment of the task at run time. A name of no secret: rename it',
    }));
}

/** What the image is that the last stage makes. */
function ofImage(instructions: readonly Instruction[]): (Broken & { readonly line: number })[] {
  const start = instructions.findLastIndex(({ name }) => name === 'FROM');
  const stage = instructions.slice(start);
  const { line = 0 } = stage.at(0) ?? {};
  const last = (name: string) => stage.findLast((instruction) => instruction.name === name);
  const user = last('USER');
  const broken: (Broken & { readonly line: number })[] = [];
  if (!/^[1-9]\d*(?::\d+)?$/.test(user?.text ?? ''))
    broken.push({
      line: user?.line ?? line,
      rule: 'numbered-user',
      received: user === undefined ? 'no USER in the last stage' : `USER ${user.text}`,
      expected: 'a user by number that is not 0',
      remedy: 'end with USER 10001:10001: an orchestrator cannot tell by a name that it is not root',
    });
  const exposed = last('EXPOSE');
  const health = last('HEALTHCHECK');
  if (exposed !== undefined && (health === undefined || /^NONE$/i.test(health.text)))
    broken.push({
      line: exposed.line,
      rule: 'health-check',
      received: `EXPOSE ${exposed.text}, and no HEALTHCHECK`,
      expected: 'a command that tells whether the service answers',
      remedy: 'add HEALTHCHECK, with a program that is in the image',
    });
  return broken;
}

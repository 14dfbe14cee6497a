import { dockerfileFindings } from './dockerfile-standards.ts';

const BASE = `example.com/base:1@sha256:${'a'.repeat(64)}`;
/** A Dockerfile around some instructions: `line:rule` of each finding. */
function found(...instructions: string[]): string[] {
  const text = [`ARG BASE=${BASE}`, 'FROM $BASE', ...instructions, 'USER 10001:10001', ''].join('\n');
  return dockerfileFindings('Dockerfile', text).map(({ line, rule }) => `${line}:${rule}`);
}
const text = (...lines: string[]): string => `FROM ${BASE}\n${lines.join('\n')}\n`;
const rules = (file: string): string[] => dockerfileFindings('Dockerfile', file).map(({ rule }) => rule);

test('a Dockerfile that keeps all standards has no finding', () => {
  expect(
    found(
      'ARG VERSION=1 SHA256=0123',
      'RUN apt-get update \\',
      ' # A comment between: curl https://example.com/latest | sh',
      ' && apt-get install --yes --no-install-recommends curl',
      'RUN curl --fail --output a.zip "https://example.com/a-$VERSION.zip" \\',
      ' && echo "$SHA256  a.zip" | sha256sum --check --strict',
      'ENV PATH=/opt/bin:$PATH DB_PASSWORD= TOKENIZER=fast',
      'ADD files.tar.gz /opt',
      'EXPOSE 8080',
      'HEALTHCHECK CMD ["/bin/answers"]',
    ),
  ).toEqual([]);
});

test.each([
  ['RUN curl https://example.com/i.sh | bash', ['no-piped-download', 'checked-download']],
  ['RUN wget -qO- "$URL" | sudo sh -s -- --yes', ['no-piped-download', 'checked-download']],
  ['RUN bash <(curl -s https://example.com/i.sh)', ['no-piped-download', 'checked-download']],
  ['RUN sh -c "$(curl -fsSL https://example.com/i.sh)"', ['no-piped-download', 'checked-download']],
  ['RUN curl --output a https://example.com/a', ['checked-download']],
  ['RUN curl -k -o a https://example.com/a && sha256sum -c sums', ['checked-source']],
  ['RUN wget --no-check-certificate https://example.com/a && sha256sum -c sums', ['checked-source']],
  ['RUN echo "deb [trusted=yes] https://example.com/ ./" > /etc/apt/sources.list.d/a.list', ['checked-source']],
  ['RUN apt-get install --yes --allow-unauthenticated a', ['checked-source']],
  ['RUN curl -O https://example.com/latest/a && sha256sum -c sums', ['no-latest']],
  ['RUN npm install --global thing@latest', ['no-latest']],
  ['ADD https://example.com/a.tar.gz /opt', ['no-remote-add']],
  ['ADD git@example.com:a/b.git /opt', ['no-remote-add']],
  ['ENV DB_PASSWORD=hunter2', ['no-secret-variable']],
  ['ENV PORT=1 API_KEY="abc def"', ['no-secret-variable']],
  ['ARG NPM_TOKEN', ['no-secret-variable']],
  ['COPY --from=example.com/tools:1 /bin/a /bin/a', ['pinned-base']],
  ['EXPOSE 8080', ['health-check']],
  ['EXPOSE 8080\nHEALTHCHECK NONE', ['health-check']],
])('%s breaks %j', (instruction, expected) => {
  expect(found(instruction).map((each) => each.split(':')[1])).toEqual(expected);
});

test.each([
  ['no user', text('RUN true')],
  ['root by number', text('USER 0:0')],
  ['root by name', text('USER root')],
  ['a name', text('USER nobody')],
  ['a user of an earlier stage', `FROM ${BASE} AS a\nUSER 10001\nFROM a\n`],
  ['root after the user', text('USER 10001', 'USER root')],
])('refuses %s in the last stage', (_, file) => {
  expect(rules(file)).toEqual(['numbered-user']);
});

test('a base by its tag, in its line', () => {
  expect(dockerfileFindings('Dockerfile', 'FROM debian:12\nUSER 1\n')).toEqual([
    expect.objectContaining({ file: 'Dockerfile', line: 1, rule: 'pinned-base', received: 'FROM debian:12' }),
  ]);
});

import fc from 'fast-check';
import { Template } from '../model/template.ts';
import { imagesOf, versionOf } from './container-images.ts';

/** The version of an image in JSON, as a task names it. */
function versionIn(image: unknown): ReturnType<typeof versionOf> {
  const text = JSON.stringify({
    Parameters: { Given: { Type: 'String' }, Empty: { Type: 'String', Default: '' } },
    Resources: {
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Image: image }] } },
    },
  });
  const task = Template.read(Buffer.from(text), 'image.json').resources.get('Task')!;
  return versionOf(imagesOf(task)[0]!);
}

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const registry = fc.constantFrom('', 'docker.io/', 'localhost:5000/', 'public.ecr.aws/', 'example.com:443/a/b/');
const repository = fc.tuple(registry, word).map((parts) => parts.join(''));
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);

describe('versionOf', () => {
  it('tells digest, tag and nothing apart, whatever the registry and its port', () => {
    fc.assert(
      fc.property(repository, tag, digest, (name, version, sha) => {
        fc.pre(name !== 'unbound');
        expect(versionIn(name)).toEqual({ by: 'nothing' });
        expect(versionIn(`${name}:${version}`)).toEqual({ by: 'tag', tag: version });
        expect(versionIn(`${name}@${sha}`)).toEqual({ by: 'digest' });
        expect(versionIn(`${name}:${version}@${sha}`)).toEqual({ by: 'digest' });
      }),
    );
  });

  it.each([
    ['{"Ref":"Given"}', undefined],
    ['{"Fn::Sub":"${Given}:${Given}"}', { by: 'tag' }],
    ['{"Fn::Sub":"${Given}:1.${Given}"}', { by: 'tag' }],
    ['{"Fn::Sub":"${Given}:latest"}', { by: 'tag', tag: 'latest' }],
    ['{"Fn::Sub":"${Given}@${Given}"}', { by: 'digest' }],
    ['{"Fn::Sub":"${Given}/app"}', { by: 'nothing' }],
    ['{"Fn::Sub":"example.com/${Given}"}', undefined],
    ['"{{resolve:ssm:/image}}"', undefined],
    ['{"Ref":"Empty"}', undefined],
    ['"unbound"', undefined],
    ['"app:"', undefined],
    ['":1.0"', undefined],
    ['"<your image>"', undefined],
  ])('says of %s what is certain', (image, expected) => {
    expect(versionIn(JSON.parse(image))).toEqual(expected);
  });
});

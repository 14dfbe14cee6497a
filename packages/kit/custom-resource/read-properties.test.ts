import { CustomResourceError } from './custom-resource-error.ts';
import { readProperties } from './read-properties.ts';

const DECLARED = {
  Name: { expected: 'a name', pattern: /^[a-z]+$/ },
  Ports: { expected: 'a port', pattern: /^\d+$/, list: true },
  SecretText: { expected: 'a text', pattern: /^x+$/, optional: true },
} as const;

function faultsOf(properties: Record<string, unknown>) {
  try {
    readProperties(DECLARED, properties);
  } catch (error) {
    if (error instanceof CustomResourceError) return error.faults;
    throw error;
  }
  return [];
}

describe('readProperties', () => {
  it('gives strings and lists, and undefined for what may be left out', () => {
    const { Name, Ports, SecretText } = readProperties(DECLARED, { Name: 'a', Ports: ['1', '2'] });
    const secret: string | undefined = SecretText;
    expect([Name.length, Ports.join('+'), secret]).toEqual([1, '1+2', undefined]);
  });

  it('names all that is missing, unknown and no good at once', () => {
    expect(faultsOf({ Ports: ['1', 'two'], nmae: 'a' }).map(({ where, received }) => [where, received])).toEqual([
      ['Name', 'nothing'],
      ['Ports', '["1","two"]'],
      ['nmae', 'a property that the function does not know'],
    ]);
  });

  it('does not take a number or a text where a list is wanted', () => {
    expect(faultsOf({ Name: 1, Ports: '1' }).map(({ where }) => where)).toEqual(['Name', 'Ports']);
  });

  it('repeats no secret', () => {
    expect(JSON.stringify(faultsOf({ Name: 'a', Ports: [], SecretText: 'hunter2' }))).not.toContain('hunter2');
  });
});

import fc from 'fast-check';
import { grantPattern, quoteName, quoteText } from './quote-mysql.ts';

it('keeps every name and text between its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("'", '`', '\\', 'a', '"') }), (text) => {
      const within = (quoted: string) => quoted.slice(1, -1);
      expect(within(quoteName(text)).replaceAll('``', '')).not.toContain('`');
      expect(within(quoteName(text)).replaceAll('``', '`')).toBe(text);
      expect(within(quoteText(text)).replaceAll("''", '')).not.toContain("'");
      expect(within(quoteText(text)).replaceAll("''", "'")).toBe(text);
    }),
  );
});

it('grants one database, and not those that are called nearly so', () => {
  expect(grantPattern('my_app', false)).toBe('my\\_app');
  expect(grantPattern('100%', false)).toBe('100\\%');
  expect(grantPattern('my_app', true)).toBe('my_app');
});

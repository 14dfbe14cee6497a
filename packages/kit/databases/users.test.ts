import fc from 'fast-check';
import { otherUser, usersOf } from './users.ts';

it('names the two users of an application in turn', () => {
  expect(otherUser('shop')).toBe('shop_clone');
  expect(otherUser('shop_clone')).toBe('shop');
});

it('comes back to the same user after two turns, whatever it is called', () => {
  const base = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
  const name = fc
    .tuple(base, fc.constantFrom('', '_clone'))
    .map((parts) => parts.join(''))
    .filter((text) => !text.endsWith('_clone_clone'));
  fc.assert(
    fc.property(name, (username) => {
      const other = otherUser(username);
      expect(other).not.toBe(username);
      expect(otherUser(other)).toBe(username);
      expect(usersOf(username)).toEqual(expect.arrayContaining([username, other]));
      expect(usersOf(other)).toEqual(usersOf(username));
    }),
    { examples: [['clone'], ['x_clone']] },
  );
});

/** What a second user of an application is called, after the first one's name. */
const CLONE = '_clone';

/** Characters that a server's longest name leaves for the first user's. */
export const CLONE_LENGTH = CLONE.length;

/** The first of an application's two users, by either's name. */
export function firstUser(username: string): string {
  return username.endsWith(CLONE) ? username.slice(0, -CLONE.length) : username;
}

/** The other of an application's two users. */
export function otherUser(username: string): string {
  const first = firstUser(username);
  return first === username ? `${first}${CLONE}` : first;
}

/** Both users of an application, by either's name. */
export function usersOf(username: string): readonly [string, string] {
  const first = firstUser(username);
  return [first, `${first}${CLONE}`];
}

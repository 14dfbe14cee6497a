/** A name in a statement of MySQL, whatever is in it. Source: MySQL Reference Manual, "Schema Object Names". */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * A text in a statement of MySQL, in the mode `NO_BACKSLASH_ESCAPES`, in which a quote alone has a meaning.
 * Source: MySQL Reference Manual, "String Literals".
 */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A database's name as GRANT reads it: a pattern, in which `_` would stand for any character and `%` for any text.
 * Source: MySQL Reference Manual, "GRANT Statement", "Database Privileges".
 * @param isLiteral where the server's `partial_revokes` is on: it then reads names as they are
 */
export function grantPattern(database: string, isLiteral: boolean): string {
  return isLiteral ? database : database.replace(/[\\_%]/g, '\\$&');
}

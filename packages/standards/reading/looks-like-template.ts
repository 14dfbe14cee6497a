/**
 * Whether a file among others is meant as a CloudFormation template: it says so, or has resources of AWS's types.
 * For folders, where most JSON and YAML is something else; a file that is named by itself is always read.
 */
export function looksLikeTemplate(text: string): boolean {
  return (
    /(?:^|["'\s{,])AWSTemplateFormatVersion["']?\s*:/.test(text) ||
    (/(?:^|["'\s{,])Resources["']?\s*:/.test(text) &&
      /(?:^|["'\s{,])Type["']?\s*:\s*["']?(?:AWS|Custom)::[A-Za-z0-9]+/.test(text))
  );
}

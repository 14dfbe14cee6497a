import type { Template } from './template.ts';

/** What is known of a template as a whole, worked out once for all of its resources. */
export function perTemplate<T>(workOut: (template: Template) => T): (template: Template) => T {
  const known = new WeakMap<Template, { readonly value: T }>();
  return (template) => {
    const made = known.get(template) ?? { value: workOut(template) };
    known.set(template, made);
    return made.value;
  };
}

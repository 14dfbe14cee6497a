import { KitError } from '../kit-error.ts';

/** What a function may do: one statement of its role; the template that uses it names the resources. */
export interface Grant {
  readonly actions: readonly [string, ...string[]];
  readonly why: string;
}

declare const properties: unique symbol;

/** A Lambda function: what a template must give it, and what it may do. */
export interface Lambda<E extends string = string, G extends string = string, P extends object = object> {
  readonly name: string;
  readonly summary: string;
  /** What invokes it, in a sentence. */
  readonly trigger: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Variable → its meaning and unit. The template sets every one; '' turns off what may be turned off. */
  readonly environment: Readonly<Record<E, string>>;
  readonly grants: Readonly<Record<G, Grant>>;
  /** What a custom resource of it takes; only a type. */
  readonly [properties]?: P;
}

/** The Node.js runtime of every function. Source: AWS Lambda Developer Guide, "Lambda runtimes". */
export const LAMBDA_RUNTIME = 'nodejs24.x';
export const LAMBDA_HANDLER = 'index.handler';
export const LAMBDA_ARCHITECTURE = 'arm64';

/**
 * Defines a function; the default export of its `lambda.ts`.
 * For a custom resource name its properties: `defineLambda<{ BucketName: string }>()({ … })` checks who uses it.
 * @throws KitError `name-invalid`
 */
export function defineLambda<const E extends string, const G extends string>(
  definition: Omit<Lambda<E, G>, typeof properties>,
): Lambda<E, G> {
  checkName(definition.name, 'lambda');
  return definition;
}

/** As `defineLambda`, for a function that answers a custom resource with the properties `P`. */
export function defineCustomResource<P extends object>(): <const E extends string, const G extends string>(
  definition: Omit<Lambda<E, G>, typeof properties>,
) => Lambda<E, G, P> {
  return (definition) => {
    checkName(definition.name, 'lambda');
    return definition as never;
  };
}

/** Names of functions and images are their folders' names. */
export function checkName(name: string, kind: 'lambda' | 'image'): void {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 64)
    throw new KitError({
      code: 'name-invalid',
      where: `${kind} ${name}`,
      received: name,
      expected: 'kebab-case of at most 64 characters',
      remedy: 'rename the folder and the definition',
    });
}

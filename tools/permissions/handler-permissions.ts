/** Of a resource schema in CloudFormation's registry, what tells which IAM actions its handlers call. */
export interface ResourceSchema {
  readonly typeName: string;
  readonly handlers?: Readonly<Record<string, { readonly permissions?: readonly string[] }>>;
  readonly tagging?: { readonly permissions?: readonly string[] };
}

/** What stands in `release/policies/handler-permissions.json`. */
export interface HandlerPermissions {
  readonly source: string;
  /** IAM actions by resource type, both in code-unit order; a type's actions in one line, so that a diff is one line a type. */
  readonly types: Readonly<Record<string, string>>;
}

/** What a stack does to a resource. `list` serves inventories alone. */
const STACK_HANDLERS = ['create', 'read', 'update', 'delete'];
/** The form of an action. Some schemas name a request of S3's access log instead. */
const ACTION = /^[a-z0-9-]+:[A-Za-z0-9*]+$/;
/** CloudFormation's own types, such as custom resources, call nothing by themselves. */
const OWN_TYPES = 'AWS::CloudFormation::';

/**
 * The actions that the handlers of types call, tags of the stack included.
 * @returns also the types whose permissions nobody tells
 */
export function handlerPermissions(
  types: Iterable<string>,
  schemas: ReadonlyMap<string, ResourceSchema>,
  source: string,
): { readonly facts: HandlerPermissions; readonly unknown: readonly string[] } {
  const wanted = [...new Set(types)].sort();
  const found = wanted.map((type) => [type, actionsOf(schemas.get(type))] as const);
  return {
    facts: { source, types: Object.fromEntries(found.map(([type, actions]) => [type, actions.join(' ')])) },
    unknown: found.flatMap(([type, actions]) => (actions.length === 0 && !type.startsWith(OWN_TYPES) ? [type] : [])),
  };
}

function actionsOf(schema: ResourceSchema | undefined): readonly string[] {
  const actions = [
    ...STACK_HANDLERS.flatMap((handler) => schema?.handlers?.[handler]?.permissions ?? []),
    ...(schema?.tagging?.permissions ?? []),
  ].map((action) => action.replace(/^[^:]+:/, (service) => service.toLowerCase()));
  return [...new Set(actions)].filter((action) => ACTION.test(action)).sort();
}

import { tmpdir } from 'node:os';
import { type Engine, type EngineFinding, type EngineResult, type GivenTemplate, withoutStop } from './engine.ts';
import { engineMissing, findPackage } from './resolve-package.ts';
import { inFiles } from './template-files.ts';

/** The parts of aws-cdk-lib and cdk-nag that are used here. */
interface Cdk {
  readonly App: new (props: object) => object;
  readonly Stack: new (scope: object, id: string) => object;
}
interface Include {
  readonly CfnInclude: new (scope: object, id: string, props: { readonly templateFile: string }) => object;
}
interface Nag {
  readonly AwsSolutionsChecks: new (scope: object) => { validateScope(scope: object): { violations: Violation[] } };
}
interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity?: string;
  readonly violatingResources: readonly { readonly constructPath: string }[];
}

/** What cdk-nag says where a rule could not look: a value that only the stack has. Nothing was found then. */
const COULD_NOT_LOOK = /^Rule threw an error during validation/;
/** Nothing is synthesised; without a folder of its own the app would leave an empty one behind. */
const QUIET = { analyticsReporting: false, treeMetadata: false, autoSynth: false, outdir: tmpdir() };

/**
 * cdk-nag's pack AwsSolutions, on templates that CDK's CfnInclude makes constructs of. It knows no lines: what it finds
 * is placed at its resource.
 * @param folders where to look for cdk-nag and aws-cdk-lib, the first first
 * @throws StandardsError engine-missing
 */
export function cdkNag(folders: readonly string[]): Engine {
  const nag = findPackage(folders, ['cdk-nag']);
  const cdk = findPackage(folders, ['cdk-nag', 'aws-cdk-lib']);
  if (!nag || !cdk)
    throw engineMissing(
      'cdk-nag',
      `no ${nag ? 'aws-cdk-lib beside cdk-nag' : 'cdk-nag'}, from ${folders.join(' or ')}`,
      'npm install --save-dev cdk-nag aws-cdk-lib constructs',
    );
  const { App, Stack } = cdk.require('aws-cdk-lib') as Cdk;
  const { CfnInclude } = cdk.require('aws-cdk-lib/cloudformation-include') as Include;
  const { AwsSolutionsChecks } = nag.require('cdk-nag') as Nag;
  const checkOne = (path: string, { file }: GivenTemplate): EngineResult => {
    const app = new App(QUIET);
    const stack = new Stack(app, 'Stack');
    try {
      new CfnInclude(stack, 'Template', { templateFile: path });
    } catch (error) {
      // Whatever CfnInclude refuses, it says in an error of no class of its own; the template is told as unread.
      return { findings: [], unread: [{ file, why: withoutStop((error as Error).message.split('\n')[0]!) }] };
    }
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
    return { findings: violations.flatMap((violation) => findingsOf(violation, file)), unread: [] };
  };
  return {
    name: 'cdk-nag',
    version: nag.version,
    check: (templates) =>
      inFiles(templates, async (files) => {
        const results = [...files].map(([path, template]) => checkOne(path, template));
        return {
          findings: results.flatMap(({ findings }) => findings),
          unread: results.flatMap(({ unread }) => unread),
        };
      }),
  };
}

function findingsOf({ ruleName, description, severity, violatingResources }: Violation, file: string): EngineFinding[] {
  if (COULD_NOT_LOOK.test(description)) return [];
  // A rule may name what it found: `AwsSolutions-IAM5[Action::s3:*]`.
  const [, rule = ruleName, subject] = /^([^[]+)\[(.*)\]$/.exec(ruleName) ?? [];
  const title = withoutStop(description);
  return violatingResources.map(({ constructPath }) => ({
    rule,
    title,
    severity: severity === 'error' ? 'error' : 'warning',
    message: subject === undefined ? title : `${title} (${subject})`,
    remedy: `Keep the rule ${rule}: RULES.md of cdk-nag`,
    url: 'https://github.com/cdklabs/cdk-nag/blob/main/RULES.md',
    file,
    logicalId: constructPath.split('/').at(-1),
    condition: '',
  }));
}

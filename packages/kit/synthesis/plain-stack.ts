import { tmpdir } from 'node:os';
import { App, CfnResource, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';

/** A stack that yields plain CloudFormation: no bootstrap, no asset, no metadata, no hash in a logical id. */
export class PlainStack extends Stack {
  /** Logical ids are a public interface: the path's segments joined, nothing added. */
  protected override allocateLogicalId(element: CfnResource): string {
    return element.node.path.split('/').slice(1).join('');
  }

  /** The template as CDK holds it, every token resolved to CloudFormation's own functions. */
  resolved(): Record<string, unknown> {
    return this.resolve((this as unknown as { _toCloudFormation(): unknown })._toCloudFormation()) as Record<
      string,
      unknown
    >;
  }

  resources(): CfnResource[] {
    return this.node.findAll().filter((node): node is CfnResource => node instanceof CfnResource);
  }
}

/** A new, empty stack in an application of its own, so that templates cannot see each other. */
export function plainStack(description: string): PlainStack {
  const app = new App({
    // Nothing is written there. Without a folder that exists, CDK makes one for each application.
    outdir: tmpdir(),
    analyticsReporting: false,
    treeMetadata: false,
    autoSynth: false,
    builtinCloudFormationValidation: false,
    context: {
      'aws:cdk:enable-path-metadata': false,
      'aws:cdk:enable-asset-metadata': false,
      'aws:cdk:disable-stack-trace': true,
    },
  });
  return new PlainStack(app, 'Template', { description, synthesizer: new LegacyStackSynthesizer() });
}

import { type CfnResource, Fn } from 'aws-cdk-lib';
import type { Image, MachineImage } from '../definition/image.ts';
import type { Lambda } from '../definition/lambda.ts';
import type { Resources } from '../resources/resources.ts';

interface Excuse {
  readonly resource: CfnResource;
  readonly standard: string;
  readonly reason: string;
  readonly review: string;
}

/** Notes what a build declares beside its resources: artifacts, exceptions, connections, allowances. */
export class Recorder {
  /** IAM entities stand under the template's own path. */
  readonly iamPath: string;
  readonly lambdas = new Set<string>();
  readonly images = new Set<string>();
  /** By name. */
  readonly machines = new Map<string, MachineImage>();
  readonly excuses: Excuse[] = [];
  readonly connections: Parameters<Resources['connects']>[0][] = [];
  readonly allowances: Parameters<Resources['allow']>[0][] = [];

  constructor(templateName: string) {
    this.iamPath = `/${templateName}/`;
  }

  lambda(lambda: Lambda): string {
    this.lambdas.add(lambda.name);
    return Fn.findInMap('Artifacts', lambda.name, 'Key');
  }

  image(image: Image): string {
    this.images.add(image.name);
    return Fn.findInMap('Artifacts', image.name, 'Image');
  }

  except(resource: CfnResource, standard: string, why: { reason: string; review: string }): void {
    this.excuses.push({ resource, standard, ...why });
    const excuses = this.excuses.filter((excuse) => excuse.resource === resource);
    this.#note(resource, {
      Except: Object.fromEntries(
        excuses.map(({ standard, reason, review }) => [standard, { Reason: reason, Review: review }]),
      ),
    });
  }

  #note(resource: CfnResource, entry: Readonly<Record<string, unknown>>): void {
    resource.addMetadata('BitClouded', { ...resource.getMetadata('BitClouded'), ...entry });
  }

  connects(connection: Parameters<Resources['connects']>[0]): void {
    this.connections.push(connection);
  }

  allow(allowance: Parameters<Resources['allow']>[0]): void {
    this.allowances.push(allowance);
  }
}

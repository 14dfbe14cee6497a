import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { generateFiles, logger, type Tree, workspaceRoot } from '@nx/devkit';
import { checkName } from '../inference/check-folder.ts';
import { type UnitKind, unitKinds } from '../inference/unit.ts';
import { PluginError } from '../plugin-error.ts';

interface Options {
  /** `networking/peering` for a template, `log-governor` for a function or an image. */
  readonly name: string;
}

export const template = generatorOf('template');
export const lambda = generatorOf('lambda');
export const image = generatorOf('image');

/**
 * Makes a unit that builds, tests and can be released, and the changeset that announces it. Nothing else is touched.
 * @throws PluginError `name-invalid`, `folder-occupied`
 */
function generatorOf(kind: UnitKind) {
  return (tree: Tree, { name }: Options): void => {
    const folder = `${unitKinds[kind].folder}/${name}`;
    const faults = checkName({ kind, name, folder });
    if (faults.length > 0) throw new PluginError(faults);
    if (tree.exists(`${folder}/${unitKinds[kind].definition}`)) {
      logger.info(`${folder} is there already: nothing changed`);
      return;
    }
    if (tree.exists(folder))
      throw new PluginError({
        code: 'folder-occupied',
        where: folder,
        received: tree.children(folder).join(', ') || 'a file',
        expected: 'no such folder',
        remedy: 'move away what lies there, or choose another name',
      });
    generateFiles(tree, filesOf(kind), folder, wordsOf(name));
    const changeset = `.changeset/${kind}-${name.replace('/', '-')}.md`;
    if (!tree.exists(changeset)) tree.write(changeset, changesetOf(kind, name));
  };
}

function filesOf(kind: UnitKind): string {
  const plugin = createRequire(join(workspaceRoot, 'package.json')).resolve('@bitclouded/nx-plugin/package.json');
  return join(dirname(plugin), 'generators', kind, 'files');
}

/** The name in the forms that the files need: `networking/nat-gateway`, `nat gateway`, `NatGateway`. */
function wordsOf(name: string): { name: string; words: string; pascal: string } {
  const parts = name.split('/').at(-1)!.split('-');
  return {
    name,
    words: parts.join(' '),
    pascal: parts.map((part) => part[0]!.toUpperCase() + part.slice(1)).join(''),
  };
}

function changesetOf(kind: UnitKind, name: string): string {
  const thing = { template: 'template', lambda: 'function', image: 'image' }[kind];
  return `---\n"@bitclouded/release": minor\n---\n\nThe ${thing} \`${name}\` is new.\n`;
}

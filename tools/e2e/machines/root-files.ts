import { runProgram } from '../run-program.ts';

/** What a machine is made of; what runs in it writes elsewhere. */
const MADE = ['etc', 'usr', 'opt', 'root', 'home', 'boot', 'var/lib/dpkg/status', 'var/spool'];
/** Written by whoever asks apt, and by tests. */
const LEFT_OUT = /^(?:usr\/share\/mime\/|etc\/(?:mtab|resolv\.conf|ld\.so\.cache)$|opt\/provision)/;

/** Every file of a machine's making: path → kind, mode, owner, size, target and time of its last change. */
export async function filesOf(root: string): Promise<ReadonlyMap<string, string>> {
  const format = '%P\\t%y %m %U:%G %s %T@ %l\\n';
  const files = new Map<string, string>();
  for (const folder of MADE) {
    const { stdout } = await runProgram('find', [`${root}/${folder}`, '-not', '-type', 'd', '-printf', format]);
    for (const line of stdout.split('\n').filter(Boolean)) {
      const [path = '', facts = ''] = line.split('\t');
      const whole = path === '' ? folder : `${folder}/${path}`;
      if (!LEFT_OUT.test(whole)) files.set(whole, facts);
    }
  }
  return files;
}

/** The paths at which two states differ. */
export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}

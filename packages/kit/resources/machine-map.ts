import type { Architecture, MachineImage } from '../definition/image.ts';

/** Architectures as a mapping's keys, which are alphanumeric. */
export const MACHINE_KEYS: Readonly<Record<Architecture, string>> = { x86_64: 'X8664', arm64: 'Arm64' };

/** The mapping of a machine image: region → architecture → AMI. `linux-base` → `MachineLinuxBase`. */
export function machineMapping(name: string): string {
  return `Machine${name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`;
}

/** The rule that asks for an AMI of one's own where the host has none. */
export function machineRule(name: string): string {
  return machineMapping(name).replace(/^Machine/, 'Published');
}

/** What stands in the mapping until a release binds it: a row that names the image. Rows of regions come beside it. */
export function unboundMachine(
  { name, architectures }: Pick<MachineImage, 'name' | 'architectures'>,
  unbound: string,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const keys = architectures.map((architecture) => MACHINE_KEYS[architecture]).sort();
  return { [name]: Object.fromEntries(keys.map((key) => [key, unbound])) };
}

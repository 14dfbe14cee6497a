import { ProvisionError } from './provision-error.ts';
import { serviceFault } from './service-fault.ts';

/**
 * Asks a service, and says in this package's words why it did not do it.
 * @throws ProvisionError for what a service or the network says; every other error as it is
 */
export async function asked<T>(where: string, ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (cause) {
    const fault = serviceFault(cause, where);
    throw fault === undefined ? cause : new ProvisionError(fault, { cause });
  }
}

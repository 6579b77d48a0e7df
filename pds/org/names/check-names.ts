import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { GrantedNames } from './granted-names.ts'

interface NameServices {
  host: Pick<PdsHost, 'accountOf'>
  names: GrantedNames
}

/**
 * An organisation's packages are those of its handle, and of the names the registry granted it.
 * @param packages names
 * @throws NotFound, NotPrivate for the first that is not; ProofFailed, ComponentUnavailable
 */
export async function checkNames(
  { host, names }: NameServices,
  org: string,
  packages: Iterable<string>,
): Promise<void> {
  const account = await host.accountOf(org)
  if (account === undefined) throw new AtollError('NotFound', { package: org })
  for (const raw of packages) {
    const name = parsePackageName(raw)
    if (name.scope !== undefined && name.scope === account.handle) continue
    if (!(await names.has(org, name))) throw new AtollError('NotPrivate', { package: name.name })
  }
}

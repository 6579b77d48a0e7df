import { AtollError } from '#common/errors/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import { enforcerOf, type FirstManagers } from '../rights/index.ts'

interface Publisher {
  org: string
  did: string
  /** As messages call them. */
  handle: string
  /** Keys of the groups in which they were when they approved. */
  groups: readonly string[]
  names: Iterable<string>
}

/** @throws Forbidden, which names the first package that they may not publish */
export async function checkMayPublishAll(
  services: { host: Pick<PdsHost, 'listRecords' | 'accountOf'>; managers: FirstManagers },
  { org, did, handle, groups, names }: Publisher,
): Promise<void> {
  const enforcer = await enforcerOf(services, org, { did, groups: async () => new Set(groups) })
  for (const name of names) {
    if (enforcer.allows(did, 'publish', name)) continue
    const account = await services.host.accountOf(org)
    const details = { actor: handle, action: 'publish', package: name, missing: 'publish', org: account?.handle ?? org }
    throw new AtollError('Forbidden', details)
  }
}

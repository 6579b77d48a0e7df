import type { PeopleContext } from '../context.ts'

/** The registry's account, whose DID the whole network has pinned in its configuration, comes with the first start. */
export async function ensureRegistry({ host, config }: Pick<PeopleContext, 'host' | 'config'>): Promise<void> {
  const { did, handle, privateKeyHex } = config.registry
  await host.provision({ did, handle, privateKeyHex, owner: 'registry' })
}

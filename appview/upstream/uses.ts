import type { Tx } from '../schema/index.ts'
import type { UpstreamKey } from './upstream-key.ts'

/**
 * A package is used from when somebody here could install it: it was asked for while policy lets in what nobody used, or an exception
 * let it in. That it was asked for in vain is no use.
 */
export async function rememberUse(tx: Tx, { registry, name }: UpstreamKey, since: Date): Promise<void> {
  await tx
    .insertInto('upstream_use')
    .values({ registry, name, since })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function isUsed(tx: Tx, { registry, name }: UpstreamKey): Promise<boolean> {
  const found = await tx
    .selectFrom('upstream_use')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .select('since')
    .executeTakeFirst()
  return found !== undefined
}

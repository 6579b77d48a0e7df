import { z } from 'zod'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

const packumentSchema = z.object({
  versions: z.record(z.string(), z.object({ dist: z.object({ integrity: z.string().optional() }).loose() }).loose()),
})

/**
 * Whether policy lets a version of a registry be installed: packuments hold only what is allowed. That is the registry's word, as are
 * the digests.
 */
export async function askRegistry(context: VerifyContext): Promise<void> {
  const { client, locked, org, account } = context
  // The answer about an internal version had the verdict in it, and that about the bytes of a public one has.
  if (org !== undefined || account !== undefined) return
  const { name, version } = locked
  const packument = packumentSchema.safeParse(await packumentOf(context))
  const found = packument.success ? packument.data.versions[version] : undefined
  if (found !== undefined) {
    context.published ??= found.dist.integrity
    return
  }
  const refusal = await client.refusal(name, version)
  if (refusal !== undefined) throw new Failed('not-allowed', refusal)
  throw new Failed('missing', 'the registry has no such version')
}

function packumentOf({ client, locked: { name }, packuments }: VerifyContext): Promise<unknown> {
  const asked = packuments.get(name) ?? client.packument(name)
  packuments.set(name, asked)
  return asked
}

import { join } from 'node:path'
import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import { readJsonIfThere } from '#appliance/files/private-json.ts'

const faceSchema = z.object({ publicUrl: z.string() })
const faces = { org: 'edge-org', people: 'edge-people' } as const

/**
 * Public identities name the edge PDSes for ever, in a directory that is not ours. Whether there is one yet only the edges know, and they do not
 * run while this does: so it is asked of whoever changes an address.
 */
export async function refuseToMoveFaces(dataDir: string, configs: Record<string, object>): Promise<void> {
  for (const [role, name] of Object.entries(faces)) {
    const file = join(dataDir, 'config', `${name}.json`)
    const before = faceSchema.safeParse(await readJsonIfThere(file))
    const wanted = faceSchema.safeParse(configs[name])
    if (!before.success || !wanted.success || before.data.publicUrl === wanted.data.publicUrl) continue
    throw new Failure(
      `What was made public from here names ${before.data.publicUrl}. Set promotion.publicUrls.${role} back to that; if nothing was promoted yet, delete ${file}.`,
    )
  }
}

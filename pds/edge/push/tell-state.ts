import { AtollError } from '#common/errors/index.ts'
import { listPresent, type PresentRecord, requireRepo, revOf } from './repo-state.ts'
import type { PushServices } from './services.ts'

export interface State {
  handle: string
  active: boolean
  rev?: string
  records: PresentRecord[]
  cursor?: string
}

/** What is there of an account. @throws RepoNotFound when nothing is reserved for it */
export async function tellState(
  { faces, pds }: PushServices,
  { did: asked, limit, cursor }: { did: string; limit: number; cursor?: string | undefined },
): Promise<State> {
  const face = await faces.find(asked)
  if (face === undefined) throw new AtollError('RepoNotFound', { did: asked })
  if (!face.active) return { ...face, records: [] }
  const did = await requireRepo(pds, asked)
  const rev = await revOf(pds, did)
  const records = await listPresent(pds, did, { limit, after: cursor })
  const last = records.length < limit ? undefined : records.at(-1)
  return { ...face, rev, records, ...(last === undefined ? {} : { cursor: `${last.collection}/${last.rkey}` }) }
}

import type { DeclaredSource } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import { effectiveMetadata } from '../ledger/metadata-history.ts'
import type { Db, Tx } from '../schema/index.ts'

export interface Declared {
  source: DeclaredSource | undefined
  /** DID of who had it last changed; undefined when nothing was ever declared. */
  approvedBy: string | undefined
  /** RFC 3339. */
  declaredAt: string | undefined
}

/** The source that is in effect: with an approval by somebody who may manage the organisation. */
export async function declaredSource(db: Db | Tx, org: string, name: string): Promise<Declared> {
  const known = await effectiveMetadata(db, org, [name])
  const last = known.find(({ collection }) => collection === app.npm.package.record.$nsid)
  if (last?.value.kind !== 'source') return { source: undefined, approvedBy: undefined, declaredAt: undefined }
  const { source, createdAt } = last.value
  return { source, approvedBy: last.approvedBy, declaredAt: createdAt }
}

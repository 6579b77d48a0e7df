import { repoPrepare } from '@atproto/pds'
import { AtUri } from '@atproto/syntax'
import { recordUri } from '#common/records/index.ts'
import type { Transact } from './gate-writes.ts'
import type { RecordWrite } from './record-write.ts'

type Options = Parameters<typeof repoPrepare.prepareUpdate>[0]
export type PreparedWrite = Awaited<ReturnType<typeof repoPrepare.prepareCreate | typeof repoPrepare.prepareUpdate>>

/**
 * A write as the embedded PDS takes it. The key is put in afterwards: of keys it is given the PDS looks for slurs (`repo/prepare.ts` of
 * `@atproto/pds`), and of three hundred thousand CIDs one spells one, so that its version could never be attested. That a key is one,
 * `validateRecord` has seen to.
 * @param exists whether there is a record under the key
 */
export async function prepareWrite(
  did: Parameters<Transact>[0],
  { collection, rkey, record }: Pick<RecordWrite, 'collection' | 'rkey' | 'record'>,
  exists: boolean,
): Promise<PreparedWrite> {
  const options = { did, collection, record, validate: false } as unknown as Options
  const prepared = exists ? await repoPrepare.prepareUpdate(options) : await repoPrepare.prepareCreate(options)
  return { ...prepared, uri: new AtUri(recordUri(did, collection, rkey)) }
}

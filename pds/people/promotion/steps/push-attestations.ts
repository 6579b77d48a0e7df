import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import { type FaceWrite, pagesOf, provisionFace } from '#pds/promote/index.ts'
import { required } from '../../require.ts'
import type { ProjectionContext, Version } from '../context.ts'

/** Each author gets a public identity with the same DID, and the attestations are copied as they are. */
export async function pushAttestations(context: ProjectionContext): Promise<void> {
  const { people, edge } = context
  const chosen = required(context.chosen, 'chooseAuthors')
  for (const [author, theirs] of Map.groupBy(chosen, (each) => each.author)) {
    const account = await people.host.accountOf(author)
    if (account === undefined) throw new AtollError('NotFound', { did: author })
    await provisionFace(people.host, edge, { did: author, handle: account.handle })
    const writes = await Promise.all(theirs.map(({ version }) => attestationOf(context, author, version)))
    // What is there already is left as it is.
    for (const page of pagesOf(writes)) await edge.putRecords(author, page)
  }
}

async function attestationOf({ people }: ProjectionContext, author: string, { cid }: Version): Promise<FaceWrite> {
  const { $nsid: collection } = app.npm.publish.attestation
  const found = await people.host.findRecord(author, collection, cid)
  if (found === undefined) throw new AtollError('NotFound', { did: author, cid })
  return { collection, rkey: found.rkey, record: found.record, cid: found.cid }
}

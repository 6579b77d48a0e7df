import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { writableDocument } from '../packument/index.ts'
import { readSentDocument, type SentDocument } from './read-sent-document.ts'

/**
 * The document as it is now, in the form in which it is served for writing.
 * @param revision of the document that the client read: a difference from another one would mean something else
 * @throws NotFound, InvalidRequest, StaleRevision, NotReady, ComponentUnavailable
 */
export async function currentDocument(
  { lookup, packuments }: Pick<GatewayContext, 'lookup' | 'packuments'>,
  session: Session,
  { name, revision }: { name: PackageName; revision: string | undefined },
): Promise<SentDocument> {
  const { source } = await lookup.find(name.name, session)
  const packument = await packuments.fresh({ name: name.name, source, form: 'full', viewer: session.did })
  const document = readSentDocument(await writableDocument(packument))
  if (revision === undefined) {
    throw new AtollError('InvalidRequest', {
      reason: 'it names no revision: read the document first, with ?write=true',
    })
  }
  if (revision !== document._rev) throw new AtollError('StaleRevision', { package: name.name })
  return document
}

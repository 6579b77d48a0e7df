import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { deprecate, maxVersionsAtOnce } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Organisation } from '../find-organisation.ts'
import { planOwner } from '../owners/index.ts'
import type { Change, PlannedOperation } from './change-package.ts'
import { currentDocument } from './current-document.ts'
import { type DocumentChange, diffDocument } from './diff-document.ts'
import { planRetirement, tooMany } from './plan-retirement.ts'
import { readSentDocument, type SentDocument } from './read-sent-document.ts'

interface SentChange {
  name: PackageName
  /** As npm sent it. */
  document: unknown
  /** In the path, where npm puts it for all but deprecations. */
  revision: string | undefined
}

/**
 * `npm deprecate`, `unpublish <package>@<version>` and `owner`: the document comes back, with one thing in it changed.
 * @throws InvalidRequest when it is no such document; NotSupported for stars
 */
export function changeDocument(gateway: GatewayContext, session: Session, sent: SentChange): Change {
  const { name } = sent
  const document = readSentDocument(sent.document)
  // npm's star and unstar send nothing else.
  if ('users' in document) throw new AtollError('NotSupported', { what: 'Starring packages' })
  return {
    name,
    what: 'change',
    asked: [sha256(JSON.stringify(document)).toString('hex')],
    async plan(org) {
      const revision = sent.revision ?? document._rev
      const current = await currentDocument(gateway, session, { name, revision })
      const change = diffDocument(current, { ...document, _rev: current._rev })
      return change && planChange(gateway, session, { change, org, name: name.name, document: current })
    },
  }
}

async function planChange(
  gateway: GatewayContext,
  session: Session,
  planned: { change: DocumentChange; org: Organisation; name: string; document: SentDocument },
): Promise<PlannedOperation | undefined> {
  const { change, org, name, document } = planned
  switch (change.kind) {
    case 'deprecation': {
      const { versions, message } = change
      if (versions.length > maxVersionsAtOnce) throw tooMany(versions.length)
      return { procedure: deprecate.procedure, input: { name, versions, message } }
    }
    case 'removal':
      return planRetirement(gateway, { name, versions: [change.version], document })
    case 'owner':
      return planOwner(gateway, session, { org, name, action: change.action, person: change.name })
  }
}

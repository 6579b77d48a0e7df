import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { deprecate, maxVersionsAtOnce } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
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
 * @throws InvalidRequest when it is no such document
 */
export function changeDocument(gateway: GatewayContext, session: Session, sent: SentChange): Change {
  const { name } = sent
  const document = readSentDocument(sent.document)
  return {
    name,
    what: 'change',
    asked: [sha256(JSON.stringify(document)).toString('hex')],
    async plan() {
      const revision = sent.revision ?? document._rev
      const current = await currentDocument(gateway, session, { name, revision })
      const change = diffDocument(current, { ...document, _rev: current._rev })
      return change && planChange(gateway, change, { name: name.name, document: current })
    },
  }
}

function planChange(
  gateway: GatewayContext,
  change: DocumentChange,
  { name, document }: { name: string; document: SentDocument },
): PlannedOperation {
  switch (change.kind) {
    case 'deprecation': {
      const { versions, message } = change
      if (versions.length > maxVersionsAtOnce) throw tooMany(versions.length)
      return { procedure: deprecate.procedure, input: { name, versions, message } }
    }
    case 'removal':
      return planRetirement(gateway, { name, versions: [change.version], document })
    case 'owner':
      throw new AtollError('NotSupported', { what: 'Changing owners' })
  }
}

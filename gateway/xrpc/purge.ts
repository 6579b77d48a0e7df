import type { AtUriString, DidString } from '@atproto/syntax'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parseSubject } from '#common/labels/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { purge as purgeOwn, purgeUpstream } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { app } from '#lexicons'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import { askForApproval, checkPermission, type Exchange } from '../npm/index.ts'
import { composeAsked } from '../operations/index.ts'
import { deciderOf, findAbout } from './find-decider.ts'
import { checkCovered } from './mount-reads.ts'

type Asked = app.npm.gateway.purge.$InputBody
type Purged = app.npm.gateway.purge.$OutputBody
type PurgeCall = Exchange & { input: Asked }

/**
 * Has the bytes of versions deleted after a fresh confirmation: the first call opens the approval, the second brings the code.
 * @returns what was written; undefined when the answer, 401 with where to approve it, is sent
 * @throws NotFound, Forbidden, InvalidOperation, InvalidCode, VersionPurged, and what the org PDS refuses
 */
export async function purge(gateway: GatewayContext, { input, ...exchange }: PurgeCall): Promise<Purged | undefined> {
  const done = await askForApproval(gateway, exchange, {
    subject: `${purgeOwn.procedure} ${input.name}`,
    fingerprint: sha256(JSON.stringify(['purge', ...Object.entries(input).sort()])),
    compose: () => compose(gateway, input, exchange.session),
  })
  if (done === 'sent') return undefined
  const { bytes, record_uri: uri, record_cid: cid } = done
  const { org, procedure } = parseOperation(bytes)
  const source = procedure === purgeUpstream.procedure ? 'upstream' : 'private'
  return { source, org: org as DidString, uri: uri as AtUriString, cid }
}

async function compose(gateway: GatewayContext, asked: Asked, session: Session) {
  const { kind, org } = await find(gateway, asked, session)
  const { name } = parsePackageName(asked.name)
  await checkPermission(gateway, session, { org, kind, package: kind === purgeOwn ? '*' : name })
  const { versions, reason } = asked
  const composed = composeAsked(gateway.clock, {
    org: org.did,
    procedure: kind.procedure,
    input: { name, versions, reason },
  })
  await checkArePublished(gateway, { kind, org: org.did, name, versions }, session)
  return composed
}

/** Whose package a name means, and so which kind of purge it is. @throws NotFound, InvalidRequest */
async function find(gateway: GatewayContext, { name, org: by }: Asked, session: Session) {
  checkCovered(session, name)
  const { subject, org } = await findAbout(gateway, session, name, by)
  const found = parseSubject(subject)
  if (found === undefined || found.kind === 'account') {
    throw new AtollError('InvalidRequest', { reason: `"${name}" is not the name of a package` })
  }
  const decider = await deciderOf(gateway, org, 'purge')
  return { kind: found.kind === 'private' ? purgeOwn : purgeUpstream, org: decider }
}

interface Named {
  kind: typeof purgeOwn
  org: string
  name: string
  versions: readonly string[]
}

/**
 * Nobody goes through the ceremony for a version that is not there, or was purged already. Of upstream one may be purged that was never fetched.
 * @throws NotFound, VersionPurged
 */
async function checkArePublished({ lookup }: GatewayContext, named: Named, viewer: Session): Promise<void> {
  const { kind, org, name, versions } = named
  if (kind !== purgeOwn) return
  for (const version of versions) {
    const { verdict } = await lookup.version({ org, name, version, viewer })
    if (verdict.check !== 'not-purged') continue
    throw new AtollError('VersionPurged', { package: name, version, reason: verdict.reason })
  }
}

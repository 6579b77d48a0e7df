import type { DidString } from '@atproto/syntax'
import { matchesPackagePattern } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { putPermission, ruleId } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { checkPermission } from '../check-permission.ts'
import type { Organisation } from '../find-organisation.ts'
import { findPerson } from './find-person.ts'

type Rules = app.npm.registry.listPermissions.$OutputBody['permissions']

interface OwnerChange {
  org: Organisation
  /** The package. */
  name: string
  action: 'add' | 'remove'
  /** As npm calls the person. */
  person: string
}

/**
 * An owner is somebody with a rule of their own that lets them publish exactly this package; who has the right from elsewhere is
 * not made to lose it here.
 * @returns undefined when it is so already
 * @throws Forbidden to those who do not manage the organisation, PersonNotFound, OwnedOtherwise
 */
export async function planOwner(
  gateway: Pick<GatewayContext, 'peers'>,
  session: Session,
  { org, name, action, person }: OwnerChange,
): Promise<{ procedure: string; input: object } | undefined> {
  // Before rules are looked at, of which others see only their own.
  await checkPermission(gateway, session, { org, kind: putPermission, package: '*' })
  const { did, handle } = await findPerson(gateway, person)
  const params = { org: org.did as DidString, viewer: session.did as DidString }
  const { permissions } = await gateway.peers.appview.call(app.npm.registry.listPermissions, { params })
  const granting = permissions.filter((rule) => rule.effect === 'allow' && rule.action === 'publish')
  const own = granting.find(({ subject, packages }) => subject === did && packages === name)
  const { procedure } = putPermission
  const rule = { subject: did, action: 'publish', packages: name, effect: 'allow' }
  if (action === 'add') return own !== undefined ? undefined : { procedure, input: { id: ruleId(rule), ...rule } }
  if (own === undefined) throw ownedOtherwise({ name, handle, did }, granting)
  return { procedure, input: { id: own.id, ...rule, retired: true } }
}

function ownedOtherwise({ name, handle, did }: { name: string; handle: string; did: string }, granting: Rules) {
  const rules = granting
    .filter(({ subject, packages }) => matchesPackagePattern(name, packages) && (subject === did || isShared(subject)))
    .map(({ subject, packages }) => `${subject === did ? handle : subject} may publish ${packages}`)
  const reason =
    rules.length === 0 ? 'nothing lets them publish it now' : `rules that may let them: ${rules.join('; ')}`
  return new AtollError('OwnedOtherwise', { person: handle, package: name, reason })
}

function isShared(subject: string): boolean {
  return subject === 'everyone' || subject.startsWith('team:')
}

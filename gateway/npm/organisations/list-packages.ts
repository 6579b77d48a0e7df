import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import { coversPackage, type Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { findPerson } from '../owners/index.ts'
import { namedMissing } from './named-missing.ts'
import { orgOfScope } from './org-of-scope.ts'

type Gateway = Pick<GatewayContext, 'lookup' | 'peers'>
/** Package → `read` or `write`, as npm calls them. */
type Packages = Record<string, string>

/** `npm access list packages <org>`: what there is, and what the person who asks may do with it. */
export async function listOrgPackages(gateway: Gateway, session: Session, scope: string): Promise<Packages> {
  const { did: org } = await orgOfScope(gateway, session, scope)
  return namedMissing(`The organisation ${scope}`, askPackages(gateway, session, { org }))
}

/** `npm access list packages <org>:<team>` */
export async function listTeamPackages(
  gateway: Gateway,
  session: Session,
  { scope, team }: { scope: string; team: string },
): Promise<Packages> {
  const { did: org } = await orgOfScope(gateway, session, scope)
  const asked = askPackages(gateway, session, { org, subject: `team:${team}` })
  return namedMissing(`The team ${scope}:${team}`, asked)
}

/** `npm access list packages <user>`. @throws PersonNotFound */
export async function listPersonPackages(gateway: Gateway, session: Session, name: string): Promise<Packages> {
  const { did: subject } = await findPerson(gateway, name)
  return askPackages(gateway, session, { subject })
}

async function askPackages(
  { peers }: Gateway,
  { did, rights }: Session,
  { org, subject }: { org?: string; subject?: string },
): Promise<Packages> {
  const params = {
    viewer: did as DidString,
    ...(org === undefined ? {} : { org: org as DidString }),
    ...(subject === undefined ? {} : { subject }),
  }
  const { packages } = await peers.appview.call(app.npm.registry.listPackages, { params })
  const covered = packages.filter(({ name }) => coversPackage(rights, name))
  return Object.fromEntries(covered.map(({ name, access }) => [name, access]))
}

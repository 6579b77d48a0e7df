import type { DidString } from '@atproto/syntax'
import { isHandleScope, parsePackageName } from '#common/names/index.ts'
import { app } from '#lexicons'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/**
 * Whose package it is. A tarball's URL that begins with a DID pins that (DESIGN §3), and nobody is asked; else the registry says
 * what the name means today. An organisation among the anchors is looked for inside alone. Nobody else is ever looked for there; but a
 * package whose scope is a handle may be of an account of the public network, unless the scope is one of the organisations'.
 */
export async function findPublisher(context: VerifyContext): Promise<void> {
  const { anchors, locked, warnings } = context
  const pinned = pinnedDid(locked.tarball, anchors.registry)
  const owner = pinned === undefined ? await ownerOf(context) : { did: pinned, isPublic: true }
  if (owner === undefined) return
  if (pinned === undefined) warnings.push({ rule: 'unpinned-publisher', reason: 'its tarball URL names no DID' })
  if (anchors.orgs.some(({ did }) => did === owner.did)) context.org = owner.did
  else if (owner.isPublic && hasPublicName(context)) context.account = owner.did
  else throw new Failed('unknown-publisher', `it is of ${owner.did}`)
}

function hasPublicName({ anchors, locked }: VerifyContext): boolean {
  const { scope } = parsePackageName(locked.name)
  return scope !== undefined && isHandleScope(scope) && !anchors.orgs.some(({ handle }) => handle === scope)
}

function pinnedDid(tarball: string | undefined, registry: string): string | undefined {
  if (tarball === undefined || !tarball.startsWith(`${registry}/`)) return undefined
  const [first = ''] = tarball.slice(registry.length + 1).split('/')
  const did = decodeURIComponent(first)
  return /^did:plc:[a-z2-7]{24}$/.test(did) ? did : undefined
}

async function ownerOf({
  client,
  locked,
  anchors,
}: VerifyContext): Promise<{ did: string; isPublic: boolean } | undefined> {
  // Whoever asks is known by the token; the parameter is there for components.
  const viewer = anchors.registryDid as DidString
  const { source, org } = await client.query(app.npm.registry.resolveName, { name: locked.name, viewer })
  if (source === 'none') throw new Failed('missing', 'the registry knows no such package')
  if (source === 'upstream' || org === undefined) return undefined
  return { did: org, isPublic: source === 'public' }
}

import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/**
 * Whose package it is. A tarball's URL that begins with a DID pins that (DESIGN §3), and nobody is asked; else the registry says
 * what the name means today. Either way only organisations among the anchors count.
 */
export async function findPublisher(context: VerifyContext): Promise<void> {
  const { anchors, locked, warnings } = context
  const pinned = pinnedDid(locked.tarball, anchors.registry)
  const org = pinned ?? (await ownerOf(context))
  if (org === undefined) return
  if (!anchors.orgs.some(({ did }) => did === org)) throw new Failed('unknown-publisher', `it is of ${org}`)
  if (pinned === undefined) warnings.push({ rule: 'unpinned-publisher', reason: 'its tarball URL names no DID' })
  context.org = org
}

function pinnedDid(tarball: string | undefined, registry: string): string | undefined {
  if (tarball === undefined || !tarball.startsWith(`${registry}/`)) return undefined
  const [first = ''] = tarball.slice(registry.length + 1).split('/')
  const did = decodeURIComponent(first)
  return /^did:plc:[a-z2-7]{24}$/.test(did) ? did : undefined
}

async function ownerOf({ client, locked, anchors }: VerifyContext): Promise<string | undefined> {
  // Whoever asks is known by the token; the parameter is there for components.
  const viewer = anchors.registryDid as DidString
  const { source, org } = await client.query(app.npm.registry.resolveName, { name: locked.name, viewer })
  if (source === 'none') throw new Failed('missing', 'the registry knows no such package')
  return source === 'private' ? org : undefined
}

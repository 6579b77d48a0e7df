import type { DidString } from '@atproto/syntax'
import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { npmKeys } from '#common/provenance/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import { sessionOf } from '../session.ts'

const prefix = '/-/npm/v1/attestations/'

/** What `npm audit signatures` asks beside packuments, at the host's root: who signs here, and where a version was built. */
export function mountSignatures(scope: Server, { peers, lookup }: GatewayContext): void {
  scope.get('/-/npm/v1/keys', async (_request, reply) => {
    const { keys } = await peers.appview.call(app.npm.registry.listKeys, { params: {} })
    const own = keys.map(({ keyid, key, expires = null }) => ({ keyid, key, expires }))
    // Upstream's versions come with upstream's signatures.
    const all = [...own, ...npmKeys()].map(({ expires, ...key }) => ({ expires, ...kind, ...key }))
    return reply.header('cache-control', 'private, max-age=300').send({ keys: all })
  })

  scope.get(`${prefix}*`, async (request, reply) => {
    const asked = parse(request)
    const { version, name } = asked
    const session = sessionOf(request)
    const found = await lookup.find(name, session)
    reply.header('cache-control', 'private, no-cache')
    if (found.source !== 'private') {
      const nsid = app.npm.registry.getUpstreamAttestations.$nsid
      const response = await peers.appview.fetch(nsid, { name: asked.exact, version })
      return reply.type('application/json').send(Buffer.from(await response.arrayBuffer()))
    }
    // Whoever may not read the version is told nothing of it.
    await lookup.version({ org: found.org, name, version, viewer: session })
    const params = { org: found.org as DidString, name, version, viewer: session.did as DidString }
    const { predicateType, bundle } = await peers.appview.call(app.npm.registry.getAttestations, { params })
    const attestation = { predicateType, bundle: JSON.parse(Buffer.from(bundle).toString('utf8')) as unknown }
    return reply.send({ attestations: [attestation] })
  })
}

// The names npm's own registry has for the only kind there is.
const kind = { keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256' }

/** `@acme/ui@1.0.0`, in any of the spellings that names have. @throws InvalidName, InvalidVersion, InvalidRequest */
function parse(request: FastifyRequest): { name: string; exact: string; version: string } {
  const path = (request.url.split('?', 1)[0] ?? '').slice(prefix.length)
  const at = path.lastIndexOf('@')
  if (at < 1) throw new AtollError('InvalidRequest', { reason: 'it names no version: <package>@<version>' })
  const { name, exact } = parsePackageName(path.slice(0, at))
  return { name, exact, version: parseVersion(path.slice(at + 1)) }
}

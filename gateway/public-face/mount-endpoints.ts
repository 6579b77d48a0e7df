import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { app, atproto } from '#lexicons'
import { describeResult, readSearch } from '../search/index.ts'
import { metadataCaching } from './caching.ts'
import type { PublicContext } from './context.ts'

const attestations = '/-/npm/v1/attestations/'
const sboms = '/-/sbom/'

/** What npm asks a registry beside packages, and what the network asks the domain of a handle. */
export function mountEndpoints(server: Server, { appview, anybody, publicUrl, clock }: PublicContext): void {
  server.get('/-/ping', async () => ({}))

  // Nothing is signed by this registry: npm goes on without keys where there are none (npm's lib/utils/verify-signatures.js).
  server.get('/-/npm/v1/keys', async (_request, reply) => {
    return reply.header('cache-control', metadataCaching).send({ keys: [] })
  })

  server.get(`${attestations}*`, async (request, reply) => {
    const params = specBehind(attestations, request.url)
    const response = await appview.fetch(app.npm.registry.getUpstreamAttestations.$nsid, params)
    const body = Buffer.from(await response.arrayBuffer())
    return reply.header('cache-control', metadataCaching).type('application/json').send(body)
  })

  server.get(`${sboms}*`, async (request, reply) => {
    const response = await appview.fetch(app.npm.registry.getSbom.$nsid, specBehind(sboms, request.url))
    const type = response.headers.get('content-type') ?? 'application/json'
    const body = Buffer.from(await response.arrayBuffer())
    return reply.header('cache-control', metadataCaching).type(type).send(body)
  })

  server.get('/-/v1/search', async (request, reply) => {
    const params = { viewer: anybody.did as `did:${string}:${string}`, ...readSearch(request.query) }
    const { results, total } = await appview.call(app.npm.registry.searchPackages, { params })
    const objects = results.map((result) => describeResult(result, publicUrl))
    const time = new Date(clock.now()).toISOString()
    return reply.header('cache-control', metadataCaching).send({ objects, total, time })
  })

  // https://atproto.com/specs/handle#handle-resolution
  server.get('/.well-known/atproto-did', async (request, reply) => {
    const response = await appview.fetch(atproto.resolveHandle, { handle: request.hostname.toLowerCase() })
    const { did } = (await response.json()) as { did: string }
    return reply.header('cache-control', metadataCaching).type('text/plain').send(did)
  })
}

/** `@acme.com/ui@1.0.0`, in any of the spellings that names have. @throws InvalidName, InvalidVersion, InvalidRequest */
function specBehind(prefix: string, url: string): { name: string; version: string } {
  const spec = (url.split('?', 1)[0] ?? '').slice(prefix.length)
  const at = spec.lastIndexOf('@')
  if (at < 1) throw new AtollError('InvalidRequest', { reason: 'it names no version: <package>@<version>' })
  return { name: parsePackageName(spec.slice(0, at)).name, version: parseVersion(spec.slice(at + 1)) }
}

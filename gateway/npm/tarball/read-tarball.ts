import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parseVersion } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { type Viewer, versionOfFile } from '../../lookup/index.ts'
import { isNotModified } from '../packument/index.ts'
import { openPrivateTarball } from './open-private-tarball.ts'
import { openUpstreamTarball } from './open-upstream-tarball.ts'
import type { ServableTarball } from './servable-tarball.ts'

export interface WantedTarball {
  name: PackageName
  /** The organisation, when the URL pins it. */
  did: string | undefined
  file: string
}

/**
 * `GET|HEAD /:did/:package/-/:file` and `/:package/-/:file`. A URL that pins a DID is about that organisation's package
 * whatever the name means today: lockfiles outlive changes of handle (DESIGN §3).
 * @throws NotFound, VersionHeld, ProofFailed, IntegrityMismatch, and 503s
 */
export async function readTarball(
  context: GatewayContext,
  wanted: WantedTarball,
  { request, reply, session }: { request: FastifyRequest; reply: FastifyReply; session: Session },
): Promise<FastifyReply> {
  const { integrity, open } = await findTarball(context, wanted, session)
  reply.header('cache-control', 'private, max-age=300')
  const etag = `"${integrity}"`
  reply.header('etag', etag)
  if (isNotModified(request.headers, { etag })) return reply.code(304).send()
  const tarball = await open()
  reply.header('content-type', 'application/octet-stream')
  if (tarball.size !== undefined) reply.header('content-length', tarball.size)
  if (request.method !== 'HEAD') return reply.send(tarball.stream())
  await tarball.close()
  return reply.send()
}

async function findTarball(
  context: GatewayContext,
  { name, did, file }: WantedTarball,
  viewer: Viewer,
): Promise<ServableTarball> {
  const found =
    did === undefined ? await context.lookup.find(name.name, viewer) : ({ source: 'private', org: did } as const)
  if (found.source === 'upstream') return openUpstreamTarball(context, { name: name.exact, file, viewer: viewer.did })
  const version = versionOfFile(name, file)
  if (version === undefined) throw new AtollError('NotFound', { package: file })
  return openPrivateTarball(context, { org: found.org, name: name.name, version: parseVersion(version), viewer })
}

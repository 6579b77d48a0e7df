import type { DidString } from '@atproto/syntax'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parseVersion } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { type Viewer, versionOfFile } from '../../lookup/index.ts'
import { isNotModified } from '../../packuments/index.ts'
import { npmNotice } from '../npm-notice.ts'
import { noteDownload } from './note-download.ts'
import { openPrivateTarball } from './open-private-tarball.ts'
import { openUpstreamTarball } from './open-upstream-tarball.ts'
import { sendElsewhere } from './send-elsewhere.ts'
import type { ServableTarball } from './servable-tarball.ts'

export interface WantedTarball {
  name: PackageName
  /** The account, when the URL pins it. */
  did: string | undefined
  file: string
}

/**
 * `GET|HEAD /:did/:package/-/:file` and `/:package/-/:file`. A URL that pins a DID is about that organisation's package
 * whatever the name means today: lockfiles outlive changes of handle (DESIGN §3).
 * @throws NotFound, VersionHeld, VersionBlocked, ProofFailed, IntegrityMismatch, and 503s
 */
export async function readTarball(
  context: GatewayContext,
  wanted: WantedTarball,
  { request, reply, session }: { request: FastifyRequest; reply: FastifyReply; session: Session },
): Promise<FastifyReply> {
  const { origin, expected, warnings, open } = await findTarball(context, wanted, session)
  const etag = `"${expected.integrity}"`
  reply.headers({ 'cache-control': 'private, max-age=300', ...npmNotice(warnings) })
  const downloaded = () => noteDownload(context, request, { session, origin, ...expected })
  if (isNotModified(request.headers, { etag })) {
    downloaded()
    return reply.code(304).header('etag', etag).send()
  }
  const elsewhere = await context.bucket?.find(expected)
  if (elsewhere !== undefined) {
    downloaded()
    return sendElsewhere(request, reply, { ...elsewhere, etag })
  }
  const tarball = await open()
  downloaded()
  reply.headers({ etag, 'content-type': 'application/octet-stream' })
  if (tarball.size !== undefined) reply.header('content-length', tarball.size)
  if (request.method === 'HEAD') {
    await tarball.close()
    return reply.send()
  }
  context.bucket?.offer(expected, open)
  return reply.send(tarball.stream())
}

async function findTarball(
  context: GatewayContext,
  { name, did, file }: WantedTarball,
  viewer: Viewer,
): Promise<ServableTarball> {
  const { lookup } = context
  const found =
    did === undefined ? await lookup.findOwner(name.name, viewer) : await lookup.findPinned(did, name.name, viewer)
  if (found.source === 'upstream') return openUpstreamTarball(context, { name: name.exact, file })
  if (found.source === 'public') {
    return openUpstreamTarball(context, { name: name.name, file, did: found.org as DidString })
  }
  const version = versionOfFile(name, file)
  if (version === undefined) throw new AtollError('NotFound', { package: file })
  return openPrivateTarball(context, { org: found.org, name: name.name, version: parseVersion(version), viewer })
}

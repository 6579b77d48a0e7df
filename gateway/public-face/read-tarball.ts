import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PackageName } from '#common/names/index.ts'
import { maxTarballBytes } from '#common/tarball/limits.ts'
import { app } from '#lexicons'
import { arrivingFrom } from '../cache/index.ts'
import { isNotModified } from '../packuments/index.ts'
import { tarballCaching } from './caching.ts'
import type { PublicContext } from './context.ts'
import { findPackage } from './find-package.ts'

// As long as the AppView gives a PDS for the largest.
const downloadTimeoutMs = 10 * 60_000

interface WantedTarball {
  name: PackageName
  /** The account, when the URL pins it. */
  did: string | undefined
  file: string
}

/**
 * `GET|HEAD /:did/:package/-/:file` and `/:package/-/:file`. Whether the version is shown is asked each time, of what is kept, too.
 * @throws NotFound, IntegrityMismatch, and 503s
 */
export async function readTarball(
  context: PublicContext,
  { name: asked, did: pinned, file }: WantedTarball,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const { appview, lookup, tarballs } = context
  const { name } = asked
  const did = await findPackage(context, asked, pinned)
  const { version, integrity } = await lookup.upstreamVersion({ name, file, did })
  const etag = `"${integrity}"`
  reply.headers({ etag, 'cache-control': tarballCaching })
  if (isNotModified(request.headers, { etag })) return reply.code(304).send()
  const tarball = await tarballs.open({ package: name, version, integrity, maxBytes: maxTarballBytes }, async () => {
    const nsid = app.npm.registry.getUpstreamTarball.$nsid
    return arrivingFrom(await appview.fetch(nsid, { name, file, did }, { timeoutMs: downloadTimeoutMs }), 'AppView')
  })
  reply.header('content-type', 'application/octet-stream')
  if (tarball.size !== undefined) reply.header('content-length', tarball.size)
  if (request.method !== 'HEAD') return reply.send(tarball.stream())
  await tarball.close()
  return reply.send()
}

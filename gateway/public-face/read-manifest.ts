import type { FastifyReply } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { metadataCaching } from './caching.ts'
import type { PublicContext } from './context.ts'
import { packumentOf } from './read-package.ts'

/** `GET|HEAD /:package/:version-or-tag` @throws NotFound, also for what is there and not shown */
export async function readManifest(
  context: PublicContext,
  { name, selector }: { name: PackageName; selector: string },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { versions, 'dist-tags': tags } = await (await packumentOf(context, name, 'full')).json()
  const version = own(tags, selector) ?? selector
  const manifest = own(versions, version)
  if (manifest === undefined) throw new AtollError('NotFound', { package: name.name, version })
  return reply.header('cache-control', metadataCaching).send(manifest)
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

import type { FastifyReply } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { nameAt, type PackageName, parseVersion } from '#common/names/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import type { WantedVersion } from '../lookup/index.ts'

/**
 * `GET /:package/:version-or-tag`
 * @throws NotFound; VersionHeld for a version that is there and may not be installed
 */
export async function readManifest(
  { lookup, packuments }: Pick<GatewayContext, 'lookup' | 'packuments'>,
  { name, selector }: { name: PackageName; selector: string },
  { reply, session: viewer }: { reply: FastifyReply; session: Session },
): Promise<FastifyReply> {
  const found = await lookup.find(name.name, viewer)
  const packument = await packuments.get({
    ...found,
    name: nameAt(found.source, name),
    form: 'full',
    viewer: viewer.did,
  })
  const { versions, 'dist-tags': tags } = await packument.json()
  const version = own(tags, selector) ?? selector
  const manifest = own(versions, version)
  if (manifest !== undefined) return reply.header('cache-control', 'private, no-cache').send(manifest)
  if (found.source === 'private') await explainHeld(lookup, { org: found.org, name: name.name, version, viewer })
  throw new AtollError('NotFound', { package: name.name, version })
}

/** Packuments hold only what may be installed; who asks for the rest by its version is told why not (DESIGN §5). */
async function explainHeld(lookup: GatewayContext['lookup'], wanted: WantedVersion): Promise<void> {
  parseVersion(wanted.version)
  const { verdict } = await lookup.version(wanted)
  if (verdict.kind === 'allow') return
  throw new AtollError('VersionHeld', { package: wanted.name, version: wanted.version, reason: verdict.reason })
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

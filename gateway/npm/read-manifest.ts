import type { FastifyReply } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { nameAt, type PackageName, parseVersion } from '#common/names/index.ts'
import { refusalOf, type ToldVerdict } from '#common/policy/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import type { Found } from '../lookup/index.ts'

/**
 * `GET /:package/:version-or-tag`
 * @throws NotFound; VersionHeld, VersionBlocked for a version that is there and may not be installed
 */
export async function readManifest(
  context: Pick<GatewayContext, 'lookup' | 'packuments' | 'config'>,
  { name, selector }: { name: PackageName; selector: string },
  { reply, session: viewer }: { reply: FastifyReply; session: Session },
): Promise<FastifyReply> {
  const { lookup, packuments, config } = context
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
  const verdict = await verdictOn(context, {
    name,
    version,
    viewer,
    source: found.source,
    org: found.source === 'private' ? found.org : undefined,
  })
  // Packuments hold only what may be installed; who asks for the rest by its version is told why not (DESIGN §5).
  if (verdict.kind === 'allow') throw new AtollError('NotFound', { package: name.name, version })
  throw refusalOf({ name: nameAt(found.source, name), version, verdict, gatewayUrl: config.network.publicUrls.gateway })
}

async function verdictOn(
  { lookup }: Pick<GatewayContext, 'lookup'>,
  asked: { name: PackageName; version: string; viewer: Session; source: Found['source']; org: string | undefined },
): Promise<ToldVerdict> {
  const { name, version, viewer, source, org } = asked
  if (org === undefined) return (await lookup.upstreamVersion({ name: nameAt(source, name), version })).verdict
  return (await lookup.version({ org, name: name.name, version: parseVersion(version), viewer })).verdict
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

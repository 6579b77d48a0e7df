import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { resolveName } from '../resolve/resolve-name.ts'
import { type Db, network } from '../schema/index.ts'
import type { OutsideRow } from '../upstream/upstream.ts'
import { readers, type XrpcContext } from './context.ts'
import { checkReadable } from './read-set.ts'

interface Rendered {
  body: Buffer
  etag: string
  lastModified: Date
  /** Age of what could not be checked; only of upstream's. */
  staleSeconds?: number | undefined
}

type Form = 'full' | 'abbreviated'

// https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
const mediaTypes = { full: 'application/json', abbreviated: 'application/vnd.npm.install-v1+json' } as const

/** The rendered packument, byte for byte. The header `atoll-source` says where it is from: private, public or upstream. */
export function getPackument(context: XrpcContext): void {
  method(context.server, app.npm.registry.getPackument, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const asked = parsePackageName(params.name)
      const form: Form = params.form === 'abbreviated' ? 'abbreviated' : 'full'
      const row = await resolveName(context, asked)
      if (row.source === 'none') throw new AtollError('NotFound', { package: asked.name })
      if (row.source === 'private') await checkReadable(context, row.org, params.viewer, asked.name)
      const { body, etag, lastModified, staleSeconds }: Rendered =
        row.source === 'private'
          ? await findRendered(context.db, row.org, asked.name, form)
          : await fromOutside(context, asked, form, row)
      reply
        .header('etag', etag)
        .header('last-modified', lastModified.toUTCString())
        .header('atoll-source', row.source)
        .header('content-type', mediaTypes[form])
      // RFC 7234, section 5.5.2: upstream was asked in vain whether it still holds.
      if (staleSeconds !== undefined) reply.headers({ age: staleSeconds, warning: '111 - "Revalidation Failed"' })
      if (params.ifNoneMatch === etag) reply.code(304).send()
      else reply.send(body)
      return undefined
    },
  })
}

async function fromOutside(
  { upstream, attestations }: XrpcContext,
  asked: PackageName,
  form: Form,
  row: OutsideRow,
): Promise<Rendered> {
  try {
    return await upstream.packument(asked, form, row)
  } catch (error) {
    // It is the latest that is refused, perhaps until what it says of where it was built is read.
    const version = error instanceof AtollError && error.code === 'VersionHeld' ? error.details['version'] : undefined
    if (typeof version === 'string') attestations.wants(asked, { version })
    throw error
  }
}

async function findRendered(db: Db, org: string, name: string, form: Form): Promise<Rendered> {
  const rendered = await db
    .selectFrom('packument')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('form', '=', form)
    .select(['body', 'etag', 'last_modified as lastModified'])
    .executeTakeFirst()
  if (rendered === undefined) throw new AtollError('NotFound', { package: name })
  return rendered
}

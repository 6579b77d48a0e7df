import { AtollError } from '#common/errors/index.ts'
import { nameAt, parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { KnownFile } from '../upstream/registry.ts'
import { readers, type XrpcContext } from './context.ts'
import { findOutside } from './find-outside.ts'
import { viewOfVerdict } from './view-of-verdict.ts'

/** Whether a version of upstream may be installed: asked by its number, or by the file that a lockfile names. */
export function getUpstreamVersion(context: XrpcContext): void {
  method(context.server, app.npm.registry.getUpstreamVersion, {
    auth: context.authorize(readers),
    handler: async ({ params }) => {
      const asked = parsePackageName(params.name)
      const row = await findOutside(context, asked, params.did)
      const known = await context.upstream.version(asked, wantedOf(params), row)
      const { version, file, verdict } = known
      // Nobody gets the bytes of what is held, and it may be held until this is read.
      if (verdict.kind !== 'allow' && row.source === 'upstream') context.attestations.wants(asked, { version })
      return {
        name: nameAt(row.source, asked),
        version,
        file,
        integrity: integrityOf(known),
        verdict: viewOfVerdict(verdict),
      }
    },
  })
}

function wantedOf({ file, version }: { file?: string | undefined; version?: string | undefined }) {
  if (file !== undefined && version === undefined) return { by: 'file', value: file } as const
  if (version !== undefined && file === undefined) return { by: 'version', value: version } as const
  throw new AtollError('InvalidRequest', { reason: 'it takes a version or a file' })
}

/** The strongest digest there is that gateways work with. */
function integrityOf({ integrity, shasum }: KnownFile): string {
  if (integrity !== null && (integrity.includes('sha512-') || shasum === null)) return integrity
  return `sha1-${Buffer.from(shasum ?? '', 'hex').toString('base64')}`
}

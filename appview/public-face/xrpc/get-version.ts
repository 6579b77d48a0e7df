import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { WantedFile } from '../../upstream/upstream-store.ts'
import { type FaceContext, readers } from '../context.ts'
import { findVersion } from './find-version.ts'

/** What the bytes of a version have to be. */
export function getVersion(context: FaceContext): void {
  method(context.server, app.npm.registry.getUpstreamVersion, {
    auth: context.authorize(readers),
    handler: async ({ params }) => {
      const { name, version, file, integrity } = await findVersion(context, params, wantedOf(params))
      // Every record of a version names one.
      if (integrity === null) throw new AtollError('NotFound', { package: name })
      return { name, version, file, integrity, verdict: { kind: 'allow' as const } }
    },
  })
}

function wantedOf({ file, version }: { file?: string | undefined; version?: string | undefined }): WantedFile {
  if (file !== undefined && version === undefined) return { by: 'file', value: file }
  if (version !== undefined && file === undefined) return { by: 'version', value: version }
  throw new AtollError('InvalidRequest', { reason: 'it takes a version or a file' })
}

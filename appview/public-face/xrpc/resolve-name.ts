import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type FaceContext, findPublic, readers } from '../context.ts'

/** Whose a name is, or that it is nobody's here. */
export function resolveName(context: FaceContext): void {
  method(context.server, app.npm.registry.resolveName, {
    auth: context.authorize(readers),
    handler: async ({ params }) => {
      const asked = parsePackageName(params.name)
      const { name } = asked
      try {
        const { did, source } = await findPublic(context, asked, params.did)
        return { source, name, org: did as DidString }
      } catch (error) {
        if (error instanceof AtollError && error.code === 'NotFound') return { source: 'none' as const, name }
        throw error
      }
    },
  })
}

import type { DatetimeString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { readers, type XrpcContext } from './context.ts'

/** By what the registry's signatures of private versions are verified. */
export function listKeys(context: XrpcContext): void {
  method(context.server, app.npm.registry.listKeys, {
    auth: context.authorize(readers),
    handler: async () => ({
      keys: context.keys.map(({ expires, ...key }) => ({
        ...key,
        ...(expires && { expires: expires as DatetimeString }),
      })),
    }),
  })
}

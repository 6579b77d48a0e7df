import type { DatetimeString, DidString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { searchPackages as search } from '../search/index.ts'
import { readers, type XrpcContext } from './context.ts'

/** Private packages that match a text, among what the viewer may read. */
export function searchPackages(context: XrpcContext): void {
  method(context.server, app.npm.registry.searchPackages, {
    auth: context.authorize(readers),
    handler: async ({ params: { viewer, text, packages, from = 0, size = 20 } }) => {
      const { total, found } = await search(context, { viewer, text, packages, from, size })
      const results = found.map(({ match, summary }) => ({
        ...summary,
        date: summary.date as DatetimeString,
        org: match.org as DidString,
        relevance: Math.round(match.relevance * 1_000_000),
      }))
      return { results, total }
    },
  })
}

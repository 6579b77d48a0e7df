import type { PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { putNotice } from '../notices/index.ts'
import type { XrpcContext } from './context.ts'
import { whereFound } from './found-for.ts'
import { excepting } from './weigh-exceptions.ts'
import { whoAnswers } from './who-answers.ts'

/** Who keeps the requests. */
const keeper = ['people'] as const satisfies PeerName[]

/**
 * The people PDS says that somebody asks for an exception, until it is answered: who may grant it is told once. Why they ask is on the page:
 * what somebody writes goes to nobody by mail.
 */
export function noteExceptionRequest(context: XrpcContext): void {
  method(context.server, app.npm.registry.noteExceptionRequest, {
    auth: context.authorize(keeper),
    handler: async ({ input: { id, askedBy, handle, check, ...input } }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const { name } = parsePackageName(input.package)
      const version = parseVersion(input.version)
      const orgs = await excepting(context, (await whereFound(context, [name])).get(name))
      const readers = await whoAnswers(context, { orgs, action: 'except', name, asker: askedBy })
      const link = new URL(`/exceptions?id=${encodeURIComponent(id)}`, context.network.publicUrls.people).href
      const data = { name, version, ...(check && { check }), request: id, by: askedBy, handle, link }
      const at = new Date(context.clock.now())
      const notice = { type: 'exception.requested', key: [id], data, readers, at } as const
      await context.db.transaction().execute((tx) => putNotice(tx, notice))
      return { readers: readers.length }
    },
  })
}

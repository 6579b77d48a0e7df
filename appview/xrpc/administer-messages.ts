import { toDatetimeString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { XrpcContext } from './context.ts'

const { listMessages, retryMessages, testNotices } = app.npm.registry
const administration = ['appliance'] as const

/** What was told to whom, for the administration of the box. */
export function administerMessages({ server, authorize, notices, clock }: XrpcContext): void {
  const auth = authorize(administration)
  const now = () => new Date(clock.now())

  method(server, listMessages, {
    auth,
    handler: async ({ params: { state, limit = 100 } }) => {
      const rows = await notices.outbox.list({ state, limit })
      const messages = rows.map(({ created_at, due_at, settled_at, error, ...row }) => ({
        ...row,
        ...(error === null ? {} : { error }),
        createdAt: toDatetimeString(created_at),
        ...(row.state === 'waiting' ? { dueAt: toDatetimeString(due_at) } : {}),
        ...(settled_at === null ? {} : { settledAt: toDatetimeString(settled_at) }),
      }))
      return { messages }
    },
  })

  method(server, retryMessages, {
    auth,
    handler: async ({ input: { id } }) => {
      const messages = await notices.outbox.revive(id, now())
      notices.ring()
      return { messages }
    },
  })

  method(server, testNotices, {
    auth,
    handler: async () => notices.test(),
  })
}

import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { decide, gatherFacts } from '../verdict/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { waitFor } from './wait-for.ts'

const defaultTimeoutMs = 5_000

type Answer = app.npm.registry.awaitVersion.$OutputBody

/** Answers when exactly this version record may be installed, can never be, or the time is over. */
export function awaitVersion(context: XrpcContext): void {
  method(context.server, app.npm.registry.awaitVersion, {
    auth: context.authorize(administrators),
    handler: ({ params: { org, name, version, cid, timeoutMs = defaultTimeoutMs } }) =>
      waitFor<Answer>(context.updates, timeoutMs, async () => {
        const [known] = await gatherFacts(context.db, org, name, version)
        if (known === undefined || !(await context.isBackfilled())) {
          return { answer: { indexed: false, installable: false }, final: false }
        }
        const verdict = decide(known.facts)
        const indexed = known.row.cid === cid
        if (verdict.kind !== 'allow') {
          const blocked = verdict.kind === 'block'
          return { answer: { indexed, installable: false, blocked, reason: verdict.reason }, final: blocked }
        }
        return { answer: { indexed, installable: indexed }, final: true }
      }),
  })
}

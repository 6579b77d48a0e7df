import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { decide, gatherFacts } from '../verdict/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { viewOfVerdict } from './view-of-verdict.ts'
import { waitFor } from './wait-for.ts'

const defaultTimeoutMs = 5_000

type Answer = app.npm.registry.awaitVersion.$OutputBody

/** Answers when exactly this version record may be installed, can never be, or the time is over. */
export function awaitVersion(context: XrpcContext): void {
  method(context.server, app.npm.registry.awaitVersion, {
    auth: context.authorize(administrators),
    handler: ({ params: { org, name, version, cid, timeoutMs = defaultTimeoutMs } }) =>
      waitFor<Answer>(context.updates, timeoutMs, async () => {
        const [known] = await gatherFacts({ db: context.db, now: context.clock.now() }, org, name, version)
        if (known === undefined || !(await context.isBackfilled())) {
          return { answer: { indexed: false, installable: false }, final: false }
        }
        const verdict = decide(known.facts, context.policy)
        const indexed = known.row.cid === cid
        if (verdict.kind !== 'allow') {
          const blocked = verdict.kind === 'block'
          // An attestation may be on its way; what policy holds, no waiting of a few seconds changes.
          const held = verdict.kind === 'hold' && verdict.check !== 'attested-by-permitted'
          const { kind: _, ...why } = viewOfVerdict(verdict)
          return { answer: { indexed, installable: false, blocked, held, ...why }, final: blocked || (held && indexed) }
        }
        return { answer: { indexed, installable: indexed }, final: true }
      }),
  })
}

import { readOperation } from '#common/operations/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import {
  type Approval,
  checkApprover,
  denyApproval,
  findApproval,
  listPending,
  requestStepUp,
  reviewApproval,
} from '../approve/index.ts'
import type { PeopleContext } from '../context.ts'
import { checkForm, formTokenOf, openVisit, type Session } from '../sessions/index.ts'
import { admit } from '../sign-in/index.ts'
import { approvalPage } from './approval-page.ts'
import { codePage } from './code-pages.ts'
import { decisionOf } from './decision.ts'
import { enrolmentRefusedPage } from './enrolment-refused-page.ts'
import type { Html } from './html.ts'
import { nameDids } from './name-dids.ts'
import { noticePage } from './notice-page.ts'
import { nameInSentence } from './operation-facts.ts'
import { sendPage } from './send-page.ts'

interface Params {
  Params: { handle: string }
}

/** npm's `authUrl`: GET shows what will happen, or the code once it is approved; POST is the person's answer. */
export function serveApprove(server: Server, context: PeopleContext): void {
  server.get<Params>('/approve/:handle', async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const path = `/approve/${request.params.handle}`
    const approval = await findApproval(context, request.params.handle)
    const session = await admit(context, visit, path)
    if (typeof session === 'string') return reply.redirect(session, 303)
    const formTargets = await context.providers.formTargets()
    if (session.did !== approval.did) return sendPage(reply.code(403), notYoursPage(session, path), formTargets)
    if (session.enrolRefused) {
      const back = { formToken: formTokenOf(session), returnTo: path }
      return sendPage(reply.code(409), enrolmentRefusedPage(session, back), formTargets)
    }
    checkApprover(approval, session)
    return sendPage(reply, await showApproval(context, approval, session, path), formTargets)
  })

  server.post<Params>('/approve/:handle', async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = checkForm(context, visit)
    const approval = await findApproval(context, request.params.handle)
    const returnTo = `/approve/${request.params.handle}`
    if (decisionOf(request, ['approve', 'deny']) === 'deny') {
      await denyApproval(context, approval, session)
      return reply.redirect(returnTo, 303)
    }
    return reply.redirect(await requestStepUp(context, approval, { browser: visit.browser, session, returnTo }), 303)
  })
}

async function showApproval(context: PeopleContext, approval: Approval, session: Session, path: string): Promise<Html> {
  const { handle } = session
  const { state, id, batch, did, expiresAt, operation, requester, openedAt } = approval
  const people = await nameDids(context.db, operation.input)
  if (state === 'approved') {
    const { kind, input } = readOperation(operation)
    const summary = nameInSentence(kind.summary(input), people)
    return codePage({
      handle,
      summary,
      code: context.codes.codeOf(batch ?? id),
      expiresAt,
      together: batch !== undefined,
    })
  }
  if (state !== 'open') return noticePage({ handle, ...closed[state] })
  const review = await reviewApproval(context, approval)
  const formToken = formTokenOf(session)
  const others = await countOthers(context, approval)
  return approvalPage({ ...review, path, formToken, did, handle, requester, openedAt, expiresAt, people, others })
}

/** How many more operations of the same token wait for the same person. */
async function countOthers(context: PeopleContext, { id, did, client }: Approval): Promise<number> {
  const pending = await listPending(context, did)
  return pending.filter((other) => other.state === 'open' && other.client === client && other.id !== id).length
}

const closed = {
  denied: { title: 'Denied', text: 'You denied this. Nothing was written, and the package manager knows.' },
  replaced: {
    title: 'Asked for again',
    text: 'The package manager asked for the same again, and only its newest link counts. Use that one.',
  },
  redeemed: { title: 'Done', text: 'You approved this, and what asked for it went on.' },
  burned: {
    title: 'Not valid any more',
    text: 'The one-time code was given for something else or guessed too often. Run the command again.',
  },
}

function notYoursPage(session: Session, returnTo: string): Html {
  return noticePage({
    title: 'Not yours to approve',
    text: 'Somebody else asked for this, and only they may approve it.',
    handle: session.handle,
    switchAccount: { formToken: formTokenOf(session), returnTo },
  })
}

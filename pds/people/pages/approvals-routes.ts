import { AtollError } from '#common/errors/index.ts'
import { readOperation } from '#common/operations/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import {
  type Approval,
  checkApprover,
  completeBatch,
  denyApproval,
  findBatch,
  listPending,
  membersOf,
  readSelection,
  requestBatchStepUp,
  reviewWaiting,
} from '../approve/index.ts'
import type { PeopleContext } from '../context.ts'
import { checkForm, formTokenOf, openVisit, type Session } from '../sessions/index.ts'
import { admit } from '../sign-in/index.ts'
import { type ApprovedGroup, approvalsPage, selectionPrefix, type WaitingGroup } from './approvals-page.ts'
import { batchPage } from './code-pages.ts'
import { decisionOf } from './decision.ts'
import { enrolmentRefusedPage } from './enrolment-refused-page.ts'
import { sendErrorPage } from './error-page.ts'
import type { Html } from './html.ts'
import { nameDids } from './name-dids.ts'
import { nameInSentence, type People } from './operation-facts.ts'
import { approvalsPath } from './return-path.ts'
import { sendPage } from './send-page.ts'

interface Params {
  Params: { handle: string }
}

/** What waits for the signed-in person: GET shows all of it, POST is their answer to what they selected. */
export function serveApprovals(server: Server, context: PeopleContext): void {
  server.get(approvalsPath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = await admit(context, visit, approvalsPath)
    if (typeof session === 'string') return reply.redirect(session, 303)
    const formTargets = await context.providers.formTargets()
    if (session.enrolRefused) {
      const back = { formToken: formTokenOf(session), returnTo: approvalsPath }
      return sendPage(reply.code(409), enrolmentRefusedPage(session, back), formTargets)
    }
    return sendPage(reply, await showPending(context, session), formTargets)
  })

  server.post(approvalsPath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = checkForm(context, visit)
    const selected = selectionOf(request.body)
    try {
      if (decisionOf(request, ['approve', 'deny']) === 'deny') {
        for (const approval of await readSelection(context, { session, selected })) {
          await denyApproval(context, approval, session)
        }
        return reply.redirect(approvalsPath, 303)
      }
      const pathOf = (handle: string) => `${approvalsPath}/${handle}`
      const { browser } = visit
      return reply.redirect(await requestBatchStepUp(context, { browser, session, selected, pathOf }), 303)
    } catch (error) {
      sendErrorPage(error, request, reply, approvalsPath)
      return reply
    }
  })

  server.get<Params>(`${approvalsPath}/:handle`, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const { handle } = request.params
    const session = await admit(context, visit, `${approvalsPath}/${handle}`)
    if (typeof session === 'string') return reply.redirect(session, 303)
    try {
      return sendPage(reply, await showBatch(context, session, handle))
    } catch (error) {
      sendErrorPage(error, request, reply, approvalsPath)
      return reply
    }
  })
}

function selectionOf(body: unknown): string[] {
  return Object.keys((body ?? {}) as object)
    .filter((name) => name.startsWith(selectionPrefix))
    .map((name) => name.slice(selectionPrefix.length))
}

async function showPending(context: PeopleContext, session: Session): Promise<Html> {
  const pending = await listPending(context, session.did)
  for (const approval of pending) checkApprover(approval, session)
  const waiting = pending.filter(({ state }) => state === 'open')
  const people = await peopleOf(context, pending)
  const groups: WaitingGroup[] = []
  // What was asked for last is what the person came for.
  for (const approvals of groupBy(waiting, ({ client, requester }) => `${client} ${requester.address}`).toSorted(
    newestFirst,
  )) {
    groups.push({ requester: approvals[0].requester, waiting: await reviewWaiting(context, approvals) })
  }
  const approved: ApprovedGroup[] = groupBy(
    pending.filter(({ state }) => state === 'approved'),
    ({ id, batch = id }) => batch,
  ).map((approvals) => {
    const [{ id, batch = id, expiresAt }] = approvals
    return { code: context.codes.codeOf(batch), expiresAt, summaries: approvals.map((one) => summaryOf(one, people)) }
  })
  const { did, handle } = session
  return approvalsPage({ formToken: formTokenOf(session), did, handle, groups, approved, people })
}

async function showBatch(context: PeopleContext, session: Session, handle: string): Promise<Html> {
  const batch = await findBatch(context, handle)
  if (batch.did !== session.did) throw new AtollError('NotYours')
  // After a crash, or when something was down: what is left gets its code now.
  await completeBatch(context, batch)
  const approvals = await membersOf(context, batch)
  const people = await peopleOf(context, approvals)
  const members = approvals.map((approval) => ({ summary: summaryOf(approval, people), state: approval.state }))
  const code = context.codes.codeOf(batch.id)
  return batchPage({ handle: session.handle, code, expiresAt: batch.expiresAt, members })
}

function peopleOf({ db }: PeopleContext, approvals: readonly Approval[]): Promise<People> {
  return nameDids(db, { all: approvals.flatMap(({ operation }) => Object.values(operation.input).flat()) })
}

function summaryOf({ operation }: Approval, people: People): string {
  const { kind, input } = readOperation(operation)
  return nameInSentence(kind.summary(input), people)
}

function newestFirst(a: readonly Approval[], b: readonly Approval[]): number {
  return (b.at(-1)?.openedAt.getTime() ?? 0) - (a.at(-1)?.openedAt.getTime() ?? 0)
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

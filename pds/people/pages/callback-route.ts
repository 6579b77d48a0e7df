import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { findApproval, findBatch, finishApproval, finishBatch, submitDecided } from '../approve/index.ts'
import type { PeopleContext } from '../context.ts'
import { finishEnrolment } from '../enrol/index.ts'
import { noteGranted } from '../exceptions/index.ts'
import { type FinishedRound, finishRound, type Purpose } from '../idp/index.ts'
import { finishChange } from '../passkeys/index.ts'
import { openVisit, type Session, type Visit } from '../sessions/index.ts'
import { enrolFirst, findSignIn, finishConfirmation, finishSso } from '../sign-in/index.ts'
import { sendErrorPage } from './error-page.ts'
import { exceptionsPath } from './return-path.ts'

/** What happens next, by why the person was sent to the IdP. Returns where to send the browser. */
type Continuation = (context: PeopleContext, visit: Visit, round: FinishedRound) => Promise<string>

const continuations: Record<Purpose, Continuation> = {
  'sign-in': async (context, visit, round) => {
    const session = await finishSso(context, visit, round)
    const { browser } = visit
    const { returnTo } = round
    return (await enrolFirst(context, { browser, session, returnTo })) ?? returnTo
  },
  enrol: async (context, _visit, round) => {
    await finishEnrolment(context, round)
    return round.returnTo
  },
  'change-passkeys': async (context, visit, round) => {
    await finishChange(context, sessionOf(visit), round)
    return round.returnTo
  },
  confirm: async (context, visit, round) => {
    const signIn = await findSignIn(context, handleIn(round.returnTo))
    await finishConfirmation(context, signIn, sessionOf(visit), round)
    return round.returnTo
  },
  approve: async (people, visit, round) => {
    const approval = await findApproval(people, handleIn(round.returnTo))
    await finishApproval({ people, approval, session: sessionOf(visit), round })
    if (!(await submitDecided(people, approval))) return round.returnTo
    await noteGranted(people, approval)
    return exceptionsPath
  },
  'approve-together': async (people, visit, round) => {
    const batch = await findBatch(people, handleIn(round.returnTo))
    await finishBatch({ people, batch, session: sessionOf(visit), round })
    return round.returnTo
  },
}

/** The one address the IdP knows. */
export function serveCallback(server: Server, context: PeopleContext): void {
  server.get('/oidc/callback', async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const [, search = ''] = request.url.split('?', 2)
    const round = await finishRound(context, visit.browser, search)
    try {
      return reply.redirect(await continuations[round.purpose](context, visit, round), 303)
    } catch (error) {
      sendErrorPage(error, request, reply, round.returnTo)
      return reply
    }
  })
}

function sessionOf({ session }: Visit): Session {
  if (session === undefined) throw new AtollError('InvalidRequest', { reason: 'nobody is signed in any more' })
  return session
}

function handleIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { lacksPasskey } from '../passkeys/index.ts'
import { checkForm, formTokenOf, openVisit, type Session, type Visit } from '../sessions/index.ts'
import {
  admit,
  checkAddress,
  confirmSignIn,
  findSignIn,
  isSameAddress,
  refuseSignIn,
  type SignIn,
} from '../sign-in/index.ts'
import { decisionOf } from './decision.ts'
import type { Html } from './html.ts'
import { noticePage } from './notice-page.ts'
import { sendPage } from './send-page.ts'
import { signedInPage, signInPage } from './sign-in-page.ts'

interface Params {
  Params: { handle: string }
}

/** `npm login` prints this address, and typing a device's code leads to one; GET shows who asks, POST is the person's answer. */
export function serveLogin(server: Server, context: PeopleContext): void {
  server.get<Params>('/login/:handle', async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const path = `/login/${request.params.handle}`
    const signIn = await findSignIn(context, request.params.handle)
    const admitted = await admit(context, visit, path)
    if (typeof admitted === 'string') return reply.redirect(admitted, 303)
    if (signIn.confirmedBy === undefined) checkAddress(context, signIn, visit.address)
    return sendPage(
      reply,
      await showSignIn(context, signIn, { visit, session: admitted, path }),
      await context.providers.formTargets(),
    )
  })

  server.post<Params>('/login/:handle', async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = checkForm(context, visit)
    const signIn = await findSignIn(context, request.params.handle)
    if (decisionOf(request, ['confirm', 'refuse']) === 'refuse') {
      await refuseSignIn(context, signIn)
      return sendPage(reply, noticePage({ title: 'Refused', text: 'Nobody was signed in.', handle: session.handle }))
    }
    const returnTo = `/login/${request.params.handle}`
    const { browser, address } = visit
    const next = await confirmSignIn(context, signIn, { session, browser, address, returnTo })
    return reply.redirect(next ?? returnTo, 303)
  })
}

async function showSignIn(
  context: PeopleContext,
  signIn: SignIn,
  { visit: { address }, session, path }: { visit: Visit; session: Session; path: string },
): Promise<Html> {
  const { requester, openedAt, confirmedBy, device, enteredBy } = signIn
  const { handle, enrolRefused } = session
  if (confirmedBy === session.did) return signedInPage({ handle, lacksPasskey: await lacksPasskey(context, session) })
  if (confirmedBy !== undefined || (device && enteredBy !== session.did)) throw new AtollError('ExpiredHandle')
  const otherAddress = isSameAddress(address, requester.address) ? undefined : address
  const formToken = formTokenOf(session)
  return signInPage({ path, formToken, handle, requester, openedAt, device, otherAddress, enrolRefused })
}

import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { checkForm, endSession, formTokenOf, openVisit, setSessionCookie } from '../sessions/index.ts'
import { beginSso } from '../sign-in/index.ts'
import { noticePage, signOutPage } from './notice-page.ts'
import { returnPath } from './return-path.ts'
import { sendPage } from './send-page.ts'

/** GET asks, for a link must not sign anybody out; POST does it, and may let another person in for the page that is open. */
export function serveSignOut(server: Server, context: PeopleContext): void {
  server.get('/sign-out', async (request, reply) => {
    const { session } = await openVisit(context, request, reply)
    if (session === undefined) return sendPage(reply, signedOut)
    return sendPage(reply, signOutPage({ handle: session.handle, formToken: formTokenOf(session) }))
  })

  server.post('/sign-out', async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const { token } = checkForm(context, visit)
    await endSession(context, token)
    setSessionCookie(context, reply, undefined)
    const returnTo = returnPath(request.body)
    if (returnTo === undefined) return sendPage(reply, signedOut)
    return reply.redirect(await beginSso(context, { browser: visit.browser, returnTo, afresh: true }), 303)
  })
}

const signedOut = noticePage({ title: 'Signed out', text: 'Nobody is signed in here.' })

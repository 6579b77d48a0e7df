import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { type Purpose, passkeyPathOf } from '../idp/index.ts'
import { findUnsigned, listPasskeys, requestOptions, signRound } from '../passkeys/index.ts'
import { checkForm, formTokenOf, openVisit } from '../sessions/index.ts'
import { sendErrorPage } from './error-page.ts'
import { passkeyIn } from './passkey-form.ts'
import { sendPage } from './send-page.ts'
import { noPasskeyPage, signingPage } from './signing-page.ts'

interface Params {
  Params: { state: string }
}

const subjects: Partial<Record<Purpose, string>> = {
  approve: 'exactly the operation that you have just approved',
  'approve-together': 'exactly the operations that you have just approved',
  confirm: 'this one sign-in',
  'change-passkeys': 'this one change of your passkeys',
}

/** On the way to the IdP, where passkeys are the second factor: GET asks for a signature, POST brings it. */
export function serveSigning(server: Server, context: PeopleContext): void {
  server.get<Params>(passkeyPathOf(':state'), async (request, reply) => {
    const { browser, session } = await openVisit(context, request, reply)
    if (session === undefined) throw new AtollError('ExpiredHandle')
    const { state } = request.params
    const round = await findUnsigned(context, { state, browser, session })
    const passkeys = (await listPasskeys(context, session.did)).filter(({ isConfirmed }) => isConfirmed)
    if (passkeys.length === 0) return sendPage(reply, noPasskeyPage(session.handle))
    const view = { path: passkeyPathOf(state), formToken: formTokenOf(session), handle: session.handle }
    const options = requestOptions(context, round.nonce, passkeys)
    const page = signingPage({ ...view, what: subjects[round.purpose] ?? 'this', options })
    return sendPage(reply, page, await context.providers.formTargets(), { runsScripts: true })
  })

  server.post<Params>(passkeyPathOf(':state'), async (request, reply) => {
    const { browser, ...visit } = await openVisit(context, request, reply)
    const session = checkForm(context, { browser, ...visit })
    const { state } = request.params
    try {
      return reply.redirect(await signRound(context, { state, browser, session }, passkeyIn(request.body)), 303)
    } catch (error) {
      sendErrorPage(error, request, reply, passkeyPathOf(state))
      return reply
    }
  })
}

import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { credentialIdSchema, relyingPartyOf } from '#common/passkeys/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import {
  beginAdding,
  beginRemoving,
  creationOptions,
  findPasskey,
  forgetPasskey,
  listPasskeys,
  noteRefused,
  registrationChallenge,
  storePasskey,
  usesPasskeys,
  verifyRegistration,
} from '../passkeys/index.ts'
import { checkForm, formTokenOf, openVisit, type Session } from '../sessions/index.ts'
import { admit } from '../sign-in/index.ts'
import { decisionOf } from './decision.ts'
import { noticePage } from './notice-page.ts'
import { passkeyIn } from './passkey-form.ts'
import { maxNameLength, passkeysPage } from './passkeys-page.ts'
import { passkeysPath } from './return-path.ts'
import { sendPage } from './send-page.ts'

const nameSchema = z.object({ name: z.string().trim().min(1).max(maxNameLength) })
const idSchema = z.object({ id: credentialIdSchema })

/** The passkeys of the signed-in person: GET lists them, POST adds, confirms or removes one. */
export function servePasskeys(server: Server, context: PeopleContext): void {
  server.get(passkeysPath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = await admit(context, visit, passkeysPath)
    if (typeof session === 'string') return reply.redirect(session, 303)
    const { handle } = session
    if (!usesPasskeys(context, session)) return sendPage(reply, noticePage({ ...noUse, handle }))
    const passkeys = await listPasskeys(context, session.did)
    const options = creationOptions(context, session, passkeys)
    const page = passkeysPage({ formToken: formTokenOf(session), handle, passkeys, options })
    return sendPage(reply, page, await context.providers.formTargets(), { runsScripts: true })
  })

  server.post(passkeysPath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = checkForm(context, visit)
    const asked = { browser: visit.browser, session, returnTo: passkeysPath }
    const decision = decisionOf(request, ['add', 'confirm', 'remove'])
    if (decision === 'add') {
      const passkey = await register(context, session, request.body)
      return reply.redirect(await beginAdding(context, passkey, asked), 303)
    }
    const passkey = await findPasskey(context, session.did, read(idSchema, request.body).id)
    if (decision === 'confirm') return reply.redirect(await beginAdding(context, passkey, asked), 303)
    if (passkey.isConfirmed) return reply.redirect(await beginRemoving(context, passkey.id, asked), 303)
    await forgetPasskey(context, session.did, passkey.id)
    return reply.redirect(passkeysPath, 303)
  })
}

const noUse = {
  title: 'No passkeys needed',
  text: 'Your identity provider proves your second factor itself, so there is nothing to set up here.',
}

/** What the browser has just made, kept until the org PDS has it too. */
async function register(context: PeopleContext, session: Session, body: unknown) {
  const { name } = read(nameSchema, body)
  const challenge = registrationChallenge(session)
  const relyingParty = relyingPartyOf(context.config.network)
  const registered = await verifyRegistration(passkeyIn(body), { challenge, relyingParty }).catch(async (error) => {
    await noteRefused(context, session, error)
    throw error
  })
  const passkey = { name, ...registered }
  await storePasskey(context, session.did, passkey)
  return findPasskey(context, session.did, passkey.id)
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [field = 'form'] = parsed.error.issues[0]?.path ?? []
  throw new AtollError('InvalidRequest', { reason: `its ${String(field)} is missing or too long` }, parsed.error)
}

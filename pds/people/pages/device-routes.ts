import { z } from 'zod'
import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { checkForm, formTokenOf, openVisit } from '../sessions/index.ts'
import { admit, devicePath, enterCode } from '../sign-in/index.ts'
import { devicePage } from './device-page.ts'
import { sendPage } from './send-page.ts'

const formSchema = z.object({ code: z.string().max(64).catch('') }).catch({ code: '' })

/** Where people type the code that a machine without a browser shows (RFC 8628, `verification_uri`). */
export function serveDevice(server: Server, context: PeopleContext): void {
  server.get(devicePath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = await admit(context, visit, devicePath)
    if (typeof session === 'string') return reply.redirect(session, 303)
    const { handle } = session
    return sendPage(reply, devicePage({ handle, formToken: formTokenOf(session), wrong: false }))
  })

  server.post(devicePath, async (request, reply) => {
    const visit = await openVisit(context, request, reply)
    const session = checkForm(context, visit)
    const found = await enterCode(context, session, formSchema.parse(request.body).code)
    if (found !== undefined) return reply.redirect(`/login/${found}`, 303)
    const { handle } = session
    return sendPage(reply.code(400), devicePage({ handle, formToken: formTokenOf(session), wrong: true }))
  })
}

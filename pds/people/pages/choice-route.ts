import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { openVisit } from '../sessions/index.ts'
import { beginSso, choiceOf, choicePath } from '../sign-in/index.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { returnPath } from './return-path.ts'
import { sendPage } from './send-page.ts'

const querySchema = z.object({
  issuer: z.string().optional().catch(undefined),
  afresh: z.literal('true').optional().catch(undefined),
})

/** At which IdP to sign in, where there are several: a page of links, each of which leads on. */
export function serveChoice(server: Server, context: PeopleContext): void {
  server.get(choicePath, async (request, reply) => {
    const { browser } = await openVisit(context, request, reply)
    const returnTo = returnPath(request.query)
    if (returnTo === undefined) throw new AtollError('InvalidRequest', { reason: 'it does not say where to return to' })
    const query = querySchema.parse(request.query)
    const { issuer } = query
    const afresh = query.afresh !== undefined
    const { issuers } = context.providers
    if (issuer === undefined && issuers.length > 1) return sendPage(reply, choicePage(issuers, { returnTo, afresh }))
    return reply.redirect(await beginSso(context, { browser, returnTo, issuer, afresh }), 303)
  })
}

function choicePage(issuers: readonly string[], request: { returnTo: string; afresh: boolean }): Html {
  return layout({
    title: 'Where do you sign in?',
    body: html`<p>Choose the identity provider you always use here: at another one you are another person to this registry.</p>
<ul>
${issuers.map((issuer) => html`<li><a href="${choiceOf({ ...request, issuer })}">${issuer}</a></li>\n`)}</ul>`,
  })
}

import { z } from 'zod'
import { type IdpConfig, idpName } from '#common/config/index.ts'
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
    const { all } = context.providers
    if (issuer === undefined && all.length > 1) return sendPage(reply, choicePage(all, { returnTo, afresh }))
    return reply.redirect(await beginSso(context, { browser, returnTo, issuer, afresh }), 303)
  })
}

function choicePage(idps: readonly IdpConfig[], request: { returnTo: string; afresh: boolean }): Html {
  return layout({
    title: 'Where do you sign in?',
    body: html`<p>Choose the identity provider you always use here: at another one you are another person to this registry.</p>
<ul>
${idps.map((idp) => html`<li><a href="${choiceOf({ ...request, issuer: idp.issuer })}">${idpName(idp)}</a></li>\n`)}</ul>`,
  })
}

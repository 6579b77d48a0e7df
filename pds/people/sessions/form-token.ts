import { createHmac } from 'node:crypto'
import { equalSecrets } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import type { Session } from './sessions.ts'
import type { Visit } from './visit.ts'

/** Name of the field that proves a form came from a page of ours. */
export const formTokenField = 'form_token'

/** Another site can make a browser send a form, but cannot read this, which only the session's own pages hold. */
export function formTokenOf({ token }: Pick<Session, 'token'>): string {
  return createHmac('sha256', token).update('form').digest('base64url')
}

/**
 * Takes a submitted form for what the person did on our page, or refuses it: their session, our page's token, and the
 * Origin every browser adds to a POST.
 * @throws InvalidRequest
 */
export function checkForm(context: PeopleContext, visit: Visit): Session {
  const { request, session } = visit
  const ours = new URL(context.config.network.publicUrls.people).origin
  if (request.headers.origin !== ours) throw refuse('the form is of another site')
  if (session === undefined) throw refuse('nobody is signed in any more')
  const sent = (request.body as Record<string, unknown> | undefined)?.[formTokenField]
  if (typeof sent !== 'string' || !equalSecrets(sent, formTokenOf(session))) {
    throw refuse('the form is not of this session; load the page again')
  }
  return session
}

function refuse(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}

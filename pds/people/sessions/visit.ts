import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomHandle } from '#common/crypto/index.ts'
import type { PeopleContext } from '../context.ts'
import { readCookie, setCookie } from './cookies.ts'
import { findSession, type Session, sessionSeconds } from './sessions.ts'

/** One request of a browser. */
export interface Visit {
  /** The browser's own random id. */
  browser: string
  /** Its network address, as far as this host sees. */
  address: string
  /** Undefined while nobody is signed in. */
  session: Session | undefined
  request: FastifyRequest
  reply: FastifyReply
}

export async function openVisit(context: PeopleContext, request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
  const secure = isSecure(context)
  let browser = readCookie(request, 'browser', secure)
  if (browser === undefined) {
    browser = randomHandle()
    setCookie(reply, 'browser', browser, { secure })
  }
  const token = readCookie(request, 'session', secure)
  const session = token === undefined ? undefined : await findSession(context, token)
  return { browser, address: request.ip, session, request, reply }
}

/** @param token from `createSession`; undefined signs the browser out */
export function setSessionCookie(context: PeopleContext, reply: FastifyReply, token: string | undefined): void {
  setCookie(reply, 'session', token, { secure: isSecure(context), maxAgeSeconds: sessionSeconds })
}

function isSecure({ config }: PeopleContext): boolean {
  return config.network.publicUrls.people.startsWith('https:')
}

import type { PeopleContext } from '../context.ts'
import { beginRound } from '../idp/index.ts'

export interface SsoRequest {
  browser: string
  /** Path of the page they come back to. */
  returnTo: string
  /** The IdP the person chose. */
  issuer?: string | undefined
  /** Lets another person in than the one the IdP remembers. */
  afresh?: boolean
}

/** Where people choose, if there are several IdPs. */
export const choicePath = '/sign-in'

/**
 * @returns where to send the browser: to the IdP, or to the choice of one
 * @throws UntrustedIssuer when the chosen one is not configured; ComponentUnavailable, TooManyRequests
 */
export async function beginSso(context: PeopleContext, request: SsoRequest): Promise<string> {
  const { browser, returnTo, afresh = false } = request
  const [first, ...others] = context.providers.all
  const issuer = request.issuer ?? (others.length === 0 ? first?.issuer : undefined)
  if (issuer === undefined) return choiceOf({ returnTo, afresh })
  return beginRound(context, { purpose: 'sign-in', issuer, browser, returnTo, ...(afresh ? { prompt: 'login' } : {}) })
}

/** The address of the choice, or of one answer to it. */
export function choiceOf({ returnTo, afresh = false, issuer }: Omit<SsoRequest, 'browser'>): string {
  const query = new URLSearchParams({ return_to: returnTo })
  if (afresh) query.set('afresh', 'true')
  if (issuer !== undefined) query.set('issuer', issuer)
  return `${choicePath}?${query}`
}

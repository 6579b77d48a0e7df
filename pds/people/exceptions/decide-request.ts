import { AtollError } from '#common/errors/index.ts'
import { composeOperation, putException } from '#common/operations/index.ts'
import { createTid } from '#common/records/index.ts'
import { openApproval, pagesClient } from '../approve/index.ts'
import type { PeopleContext } from '../context.ts'
import { findRequest } from './list-requests.ts'

export interface Decision {
  /** Who decides. */
  did: string
  /** Of the request. */
  id: string
  /** DID of the organisation in which it is decided; needed where there are several. */
  org?: string | undefined
  /** A version, or a range. */
  versions: string
  days: number
  reason: string
  /** Of the browser. */
  address: string
}

const lifetimeSeconds = 5 * 60
const dayMs = 24 * 60 * 60 * 1000

/**
 * Begins the ceremony by which a request is granted. Nothing is granted yet: the page it returns shows what will be written, and
 * the identity provider signs that.
 * @returns where to send the browser
 * @throws NotFound, NotYoursToAnswer, AlreadyAnswered, InvalidOperation, TooManyRequests
 */
export async function decideRequest(context: PeopleContext, decision: Decision): Promise<string> {
  const { did, id, versions, days, reason, address } = decision
  const request = await findRequest(context, { viewer: did, id })
  if (request.state !== 'open') throw new AtollError('AlreadyAnswered', { state: request.state })
  const org = request.deciding.find((one) => decision.org === undefined || one === decision.org)
  if (org === undefined) throw new AtollError('NotYoursToAnswer', { answer: 'grant' })
  const now = context.clock.now()
  const input = {
    ...{ id: createTid(), name: request.package, versions, checks: [request.check ?? ''] },
    until: new Date(now + days * dayMs).toISOString(),
    reason,
    requestedBy: request.askedBy,
    decidedBy: did,
    createdAt: new Date(now).toISOString(),
  }
  const expiry = Math.floor(now / 1000) + lifetimeSeconds
  const { bytes } = composeOperation({ org, procedure: putException.procedure, input, expiry })
  const requester = { address, client: 'the page of exceptions' }
  const { authUrl } = await openApproval(context, { operation: bytes, did, client: pagesClient, requester })
  return new URL(authUrl).pathname
}

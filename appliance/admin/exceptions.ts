import { z } from 'zod'
import { createTid } from '#common/records/tid.ts'
import { app } from '#lexicons'
import { callGateway, type PersonalGateway } from './call-gateway.ts'
import type { OperationRequest } from './operate.ts'

const requestSchema = z.object({
  id: z.string(),
  package: z.string(),
  version: z.string(),
  reason: z.string(),
  check: z.string().optional(),
  askedBy: z.string(),
  handle: z.string().optional(),
  askedAt: z.string(),
  state: z.string(),
  mine: z.boolean(),
  deciding: z.array(z.string()),
  answeredBy: z.string().optional(),
  answeredAt: z.string().optional(),
  answer: z.string().optional(),
  exception: z.string().optional(),
})
/** What somebody asks to have excepted, and what became of it. */
export type ExceptionRequest = z.output<typeof requestSchema>

const exceptionSchema = z.object({
  id: z.string(),
  org: z.string(),
  package: z.string(),
  versions: z.string(),
  checks: z.array(z.string()),
  until: z.string(),
  reason: z.string(),
  requestedBy: z.string().optional(),
  decidedBy: z.string(),
  createdAt: z.string(),
  state: z.string(),
})
/** An exception that took effect. */
export type ListedException = z.output<typeof exceptionSchema>

const oneSchema = z.object({ request: requestSchema })
const requestsSchema = z.object({ requests: z.array(requestSchema), cursor: z.string().optional() })
const exceptionsSchema = z.object({ exceptions: z.array(exceptionSchema), cursor: z.string().optional() })

const { requestException, answerExceptionRequest, listExceptionRequests } = app.npm.gateway

/** @throws OperationRefused */
export async function askForException(
  gateway: PersonalGateway,
  asked: { package: string; version: string; reason: string },
): Promise<ExceptionRequest> {
  return oneSchema.parse(await callGateway(gateway, { nsid: requestException.main.nsid, input: asked })).request
}

/** Denies a request, or takes one's own back. @throws OperationRefused */
export async function answerException(
  gateway: PersonalGateway,
  answer: { id: string; answer: 'deny' | 'withdraw'; reason?: string | undefined },
): Promise<ExceptionRequest> {
  return oneSchema.parse(await callGateway(gateway, { nsid: answerExceptionRequest.main.nsid, input: answer })).request
}

/** One's own requests, and those one may answer. @throws OperationRefused */
export async function listRequests(
  gateway: PersonalGateway,
  { id, all = false }: { id?: string; all?: boolean },
): Promise<ExceptionRequest[]> {
  const found: ExceptionRequest[] = []
  let cursor: string | undefined
  do {
    const params = { all: String(all), ...(id && { id }), ...(cursor && { cursor }) }
    const page = requestsSchema.parse(await callGateway(gateway, { nsid: listExceptionRequests.main.nsid, params }))
    found.push(...page.requests)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

/** Exceptions of what one may read. @throws OperationRefused */
export async function listExceptions(
  gateway: PersonalGateway,
  { all = false }: { all?: boolean },
): Promise<ListedException[]> {
  const found: ListedException[] = []
  let cursor: string | undefined
  do {
    const params = { viewer: 'did:web:overwritten', all: String(all), ...(cursor && { cursor }) }
    const nsid = app.npm.registry.listExceptions.main.nsid
    const page = exceptionsSchema.parse(await callGateway(gateway, { nsid, params }))
    found.push(...page.exceptions)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

export interface ExceptionDraft {
  name: string
  versions: string
  checks: readonly string[]
  days: number
  reason: string
  requestedBy?: string | undefined
}

const dayMs = 24 * 60 * 60 * 1000

/** The operation that makes an exception. @param org DID of the organisation in which it is decided */
export function makeException(org: string, { days, requestedBy, ...said }: ExceptionDraft): OperationRequest {
  const until = new Date(Date.now() + days * dayMs).toISOString()
  const input = { id: createTid(), ...said, until, ...(requestedBy && { requestedBy }) }
  return { procedure: app.npm.operation.putException.main.nsid, org, input }
}

/** The operation that ends an exception before its time: it is superseded by itself, withdrawn. */
export function withdrawException(exception: ListedException): OperationRequest {
  const { id, org, package: name, versions, checks, until, reason, requestedBy } = exception
  const input = { id, name, versions, checks, until, reason, ...(requestedBy && { requestedBy }), withdrawn: true }
  return { procedure: app.npm.operation.putException.main.nsid, org, input }
}

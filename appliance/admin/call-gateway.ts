import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'

/** Where the person approves, and where the one-time code is collected afterwards. */
export interface Approval {
  authUrl: string
  doneUrl: string
}

/** The gateway, as one person uses it. */
export interface PersonalGateway {
  url: string
  /** The person's npm token. */
  token: string
}

/** The gateway said no; the message is its own. */
export class OperationRefused extends Failure {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** One of the gateway's methods: with `input` a procedure, else a query. Bytes are sent as they are, all else as JSON. */
export interface GatewayCall {
  nsid: string
  params?: Record<string, string>
  input?: object
  headers?: Record<string, string>
  /** A minute when absent. */
  timeoutMs?: number
}

const approvalSchema = z.object({ authUrl: z.url(), doneUrl: z.url() })
// npm's own routes and XRPC say it differently.
const refusalSchema = z.object({ error: z.string(), message: z.string().optional() })

const timeoutMs = 60_000
const attempts = 5
const pauseMs = 1_000

/**
 * Asks for something that needs no approval.
 * @returns the answer's JSON
 * @throws OperationRefused
 */
export async function callGateway(gateway: PersonalGateway, call: GatewayCall): Promise<unknown> {
  const response = await send(gateway, call)
  const body: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw refusal(response.status, body)
  return body
}

/**
 * Asks for something that its person approves, by the flow npm knows from one-time passwords: ask, be sent to a page, ask
 * again with the code.
 * @param approve sends the person to the page; settles with the code
 * @returns the answer's JSON
 * @throws OperationRefused
 */
export async function callWithApproval(
  gateway: PersonalGateway,
  call: GatewayCall,
  approve: (approval: Approval) => Promise<string>,
): Promise<unknown> {
  const first = await send(gateway, call)
  const body: unknown = await first.json().catch(() => ({}))
  if (first.ok) return body
  const approval = approvalSchema.safeParse(body)
  if (first.status !== 401 || !approval.success) throw refusal(first.status, body)
  const second = await sendPatiently(gateway, call, await approve(approval.data))
  const answer: unknown = await second.json().catch(() => ({}))
  if (!second.ok) throw refusal(second.status, answer)
  return answer
}

/** One of npm's own routes. */
export interface RouteCall {
  method: string
  /** With its query. */
  path: string
  /** Of an approval. */
  code?: string | undefined
}

/**
 * Asks by one of npm's own routes.
 * @returns the answer's JSON, or where to approve it
 * @throws OperationRefused
 */
export async function askRoute(
  { url, token }: PersonalGateway,
  { method, path, code }: RouteCall,
): Promise<{ body: unknown; approval?: Approval | undefined }> {
  const headers = { authorization: `Bearer ${token}`, ...(code === undefined ? {} : { 'npm-otp': code }) }
  const response = await reach(url, path, { method, headers, signal: AbortSignal.timeout(timeoutMs) })
  const body: unknown = await response.json().catch(() => ({}))
  const approval = response.status === 401 ? approvalSchema.safeParse(body) : undefined
  if (!response.ok && approval?.success !== true) throw refusal(response.status, body)
  return { body, approval: approval?.data }
}

/** With the code, a 503 says that the outcome is on its way; npm asks again, too, and nothing is done twice. */
async function sendPatiently(gateway: PersonalGateway, call: GatewayCall, code: string): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(gateway, call, code)
    if (response.status !== 503 || attempt === attempts) return response
    await response.body?.cancel()
    await delay(pauseMs)
  }
}

function send({ url, token }: PersonalGateway, call: GatewayCall, code?: string): Promise<Response> {
  const { nsid, params = {}, input, headers: further = {}, timeoutMs: patience = timeoutMs } = call
  const search = new URLSearchParams(params).toString()
  const isBytes = input instanceof Uint8Array
  const headers = {
    ...further,
    authorization: `Bearer ${token}`,
    ...(input === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
    ...(code === undefined ? {} : { 'npm-otp': code }),
  }
  return reach(url, `/xrpc/${nsid}${search === '' ? '' : `?${search}`}`, {
    headers,
    ...(input === undefined ? {} : { method: 'POST', body: isBytes ? new Uint8Array(input) : JSON.stringify(input) }),
    signal: AbortSignal.timeout(patience),
  })
}

/** @throws Failure when nobody answers there */
async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, init)
  } catch (cause) {
    const why = cause instanceof TypeError && cause.cause instanceof Error ? cause.cause : cause
    throw new Failure(`The registry ${url} does not answer`, { cause: why })
  }
}

function refusal(status: number, body: unknown): OperationRefused {
  const parsed = refusalSchema.safeParse(body)
  if (!parsed.success) return new OperationRefused(status, `The gateway answered ${status}.`)
  return new OperationRefused(status, parsed.data.message ?? parsed.data.error)
}

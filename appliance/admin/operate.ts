import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import { app } from '#lexicons'

/** An operation as somebody asks for it; the gateway adds what it needs to be complete. */
export interface OperationRequest {
  procedure: string
  /** DID of the organisation. */
  org: string
  input: Record<string, unknown>
}

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

export interface WrittenRecord {
  uri: string
  cid: string
}

/** The gateway said no; the message is its own. */
export class OperationRefused extends Failure {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const approvalSchema = z.object({ authUrl: z.url(), doneUrl: z.url() })
const writtenSchema = z.object({ uri: z.string(), cid: z.string() })
// npm's own routes and XRPC say it differently.
const refusalSchema = z.object({ error: z.string(), message: z.string().optional() })

const timeoutMs = 60_000

/**
 * Has an operation approved and executed, by the flow npm knows from one-time passwords: ask, be sent to a page, ask
 * again with the code.
 * @param approve sends the person to the page; settles with the code
 * @throws OperationRefused
 */
export async function operate(
  gateway: PersonalGateway,
  request: OperationRequest,
  approve: (approval: Approval) => Promise<string>,
): Promise<WrittenRecord> {
  const first = await ask(gateway, request)
  if (first.ok) return writtenSchema.parse(await first.json())
  const body = await first.json().catch(() => ({}))
  const approval = approvalSchema.safeParse(body)
  if (first.status !== 401 || !approval.success) throw refusal(first.status, body)
  const second = await ask(gateway, request, await approve(approval.data))
  if (!second.ok) throw refusal(second.status, await second.json().catch(() => ({})))
  return writtenSchema.parse(await second.json())
}

function ask({ url, token }: PersonalGateway, request: OperationRequest, code?: string): Promise<Response> {
  const otp: Record<string, string> = code === undefined ? {} : { 'npm-otp': code }
  return fetch(`${url}/xrpc/${app.npm.gateway.operate.main.nsid}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...otp },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(timeoutMs),
  })
}

function refusal(status: number, body: unknown): OperationRefused {
  const parsed = refusalSchema.safeParse(body)
  if (!parsed.success) return new OperationRefused(status, `The gateway answered ${status}.`)
  return new OperationRefused(status, parsed.data.message ?? parsed.data.error)
}

import type { LexValue } from '@atproto/lex-data'
import { type JsonValue, jsonToLex, lexToJson } from '@atproto/lex-json'
import type {
  InferMethodInputBody,
  InferMethodOutputBody,
  InferMethodParams,
  Procedure,
  Query,
} from '@atproto/lex-schema'
import { type PeerName, type Peers, peerOf } from '#common/config/index.ts'
import { AtollError, isErrorCode } from '#common/errors/index.ts'
import { currentRequestId } from '#common/log/request-scope.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { AtprotoMethod } from '#lexicons'
import { requestIdHeader } from './request-id.ts'
import type { Lexicon } from './routes.ts'

export interface CallOptions {
  timeoutMs?: number | undefined
  signal?: AbortSignal | undefined
}

type Params<Method extends Query | Procedure> =
  object extends InferMethodParams<Method>
    ? { params?: InferMethodParams<Method> }
    : { params: InferMethodParams<Method> }

type Input<Method extends Query | Procedure> = Method extends Procedure
  ? { input: InferMethodInputBody<Method, Blob> }
  : { input?: undefined }

/** Another component, called over XRPC with a fresh service-auth token each time. */
export interface PeerClient {
  /** @throws the AtollError the peer answered with; ComponentUnavailable when it cannot be reached in time. */
  call<Method extends Query | Procedure>(
    lexicon: Lexicon<Method>,
    request: Params<Method> & Input<Method> & CallOptions,
  ): Promise<InferMethodOutputBody<Method, never>>
  /** For methods whose answer is not JSON, and those of the AT Protocol itself: a GET, answered by the open response. */
  fetch(
    nsid: string | AtprotoMethod,
    params: Record<string, string>,
    options?: CallOptions & { headers?: Record<string, string> },
  ): Promise<Response>
}

const defaultTimeoutMs = 15_000

/** What a message calls them. */
const titles: Record<PeerName, string> = {
  gateway: 'gateway',
  appview: 'AppView',
  relay: 'relay',
  org: 'org PDS',
  people: 'people PDS',
  directory: 'directory',
  appliance: 'appliance',
}

export function createPeerClient(name: PeerName, network: { peers: Peers }, auth: PeerAuth): PeerClient {
  const tokenFor = (nsid: string) => auth.tokenFor(name, nsid)
  return createXrpcClient({ title: titles[name], url: peerOf(network.peers, name).url, tokenFor })
}

export interface XrpcClientOptions {
  /** What a message calls the component. */
  title: string
  url: string
  /** A fresh token for one call of this method. */
  tokenFor(nsid: string): Promise<string>
}

export function createXrpcClient({ title, url: origin, tokenFor }: XrpcClientOptions): PeerClient {
  async function send(nsid: string, search: string, init: RequestInit, options: CallOptions): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${await tokenFor(nsid)}`)
    const url = `${origin}/xrpc/${nsid}${search === '' ? '' : `?${search}`}`
    return sendXrpc(title, url, { ...init, headers }, options)
  }

  return {
    async call({ main }, request) {
      const { params, input } = request as { params?: object; input?: LexValue | Blob }
      const search = main.parameters.toURLSearchParams((params ?? {}) as never).toString()
      const init = main.type === 'query' ? { method: 'GET' } : { method: 'POST', ...bodyOf(input) }
      const response = await send(main.nsid, search, init, request)
      return parseOutput(main, jsonToLex((await response.json()) as JsonValue)) as never
    },
    fetch: (nsid, params, options = {}) =>
      send(nsid, new URLSearchParams(params).toString(), { method: 'GET', headers: options.headers ?? {} }, options),
  }
}

/** Methods that take any encoding are given a blob, which may be files: they are sent from the disk, as often as it takes. */
function bodyOf(input: LexValue | Blob | undefined): Pick<RequestInit, 'headers' | 'body'> {
  if (input instanceof Blob) return { headers: { 'content-type': 'application/octet-stream' }, body: input }
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(lexToJson(input ?? {})) }
}

/**
 * Sends one XRPC request and turns failures into errors of the catalogue.
 * @param component its name, for the message when it cannot be reached
 */
export async function sendXrpc(
  component: string,
  url: string,
  init: RequestInit,
  options: CallOptions = {},
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal])
  const headers = new Headers(init.headers)
  const requestId = currentRequestId()
  // Logs of all components can be joined by it.
  if (requestId !== undefined) headers.set(requestIdHeader, requestId)
  let response: Response
  try {
    response = await fetch(url, { ...init, headers, signal, redirect: 'error' })
  } catch (cause) {
    throw new AtollError('ComponentUnavailable', { component }, cause)
  }
  if (response.ok || response.status === 304) return response
  throw await errorOf(component, response)
}

/** An error as a peer sent it. Its sentence was made from the catalogue there, so it may be shown here. */
export class PeerError extends AtollError {
  constructor(code: ConstructorParameters<typeof AtollError>[0], message: string) {
    super(code)
    this.message = message
  }
}

async function errorOf(component: string, response: Response): Promise<AtollError> {
  const body = (await response.json().catch(() => ({}))) as { error?: unknown; message?: unknown }
  if (isErrorCode(body.error) && typeof body.message === 'string') return new PeerError(body.error, body.message)
  const cause = new Error(`${component} answered ${response.status} ${JSON.stringify(body)}`)
  return new AtollError('ComponentUnavailable', { component }, cause)
}

function parseOutput(main: Query | Procedure, value: LexValue): unknown {
  const parsed = main.output.schema?.safeParse(value)
  if (parsed === undefined) return value
  if (parsed.success) return parsed.value
  throw new AtollError('InternalError', {}, parsed.reason)
}

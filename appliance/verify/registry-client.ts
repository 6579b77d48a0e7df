import { type JsonValue, jsonToLex } from '@atproto/lex-json'
import type { InferMethodOutputBody, InferMethodParams, Query } from '@atproto/lex-schema'
import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { sendXrpc } from '#common/xrpc/client.ts'
import type { Lexicon } from '#common/xrpc/index.ts'

const timeoutMs = 60_000
const tarballTimeoutMs = 600_000
/** Downloads are told by it (`atoll who-has`). */
const named = { 'user-agent': 'atoll', 'npm-command': 'verify' }
const maxPackumentBytes = 256 * 2 ** 20

/** Policy does not let something be installed, in the registry's words. */
export class Refused extends Error {}

/** A registry as somebody outside sees it: one URL and a token. Nothing it answers is believed because it answers it. */
export class RegistryClient {
  /** Without a slash at its end. */
  readonly url: string
  readonly #headers: Record<string, string>

  constructor(url: string, token: string) {
    this.url = url.replace(/\/+$/, '')
    this.#headers = { authorization: `Bearer ${token}` }
  }

  /** @throws the AtollError it answered with; ComponentUnavailable */
  async query<Method extends Query>(
    lexicon: Lexicon<Method>,
    params: InferMethodParams<Method> | Record<string, string>,
  ): Promise<InferMethodOutputBody<Method, never>> {
    const { main } = lexicon
    const value = jsonToLex((await (await this.open(main.nsid, params as Record<string, string>)).json()) as JsonValue)
    const parsed = main.output.schema?.safeParse(value)
    if (parsed !== undefined && !parsed.success)
      throw new AtollError('ComponentUnavailable', { component: 'registry' }, parsed.reason)
    return value as InferMethodOutputBody<Method, never>
  }

  /** For methods whose answer is not JSON. @throws as `query` */
  open(nsid: string, params: Record<string, string>): Promise<Response> {
    const url = `${this.url}/xrpc/${nsid}?${new URLSearchParams(params)}`
    return sendXrpc('registry', url, { headers: this.#headers }, { timeoutMs })
  }

  /**
   * What package managers see of a package: only what may be installed is in it.
   * @returns undefined when there is no such package here
   * @throws ComponentUnavailable
   */
  async packument(name: string): Promise<unknown> {
    const { status, body } = await this.#npm(pathOf(name), 'application/vnd.npm.install-v1+json')
    if (status === 404) return undefined
    if (status !== 200) throw new AtollError('ComponentUnavailable', { component: 'registry' }, errorOf(body))
    return body
  }

  /** Why a version may not be installed, in the registry's words; undefined when it says nothing against it. */
  async refusal(name: string, version: string): Promise<string | undefined> {
    const { status, body } = await this.#npm(`${pathOf(name)}/${encodeURIComponent(version)}`, 'application/json')
    return status === 403 ? errorOf(body) : undefined
  }

  /**
   * A tarball as package managers get it.
   * @throws Refused when policy does not let it be installed; NotFound, ComponentUnavailable
   */
  async tarball(url: string): Promise<Response> {
    const signal = AbortSignal.timeout(tarballTimeoutMs)
    // It may be in a bucket, whose bytes are held to the same digests; the token stays here.
    const response = await fetch(url, { headers: { ...this.#headers, ...named }, signal }).catch((cause: unknown) => {
      throw new AtollError('ComponentUnavailable', { component: 'registry' }, cause)
    })
    if (response.ok) return response
    const body: unknown = await response.json().catch(() => undefined)
    const reason = errorOf(body) ?? `it answers ${response.status}`
    if (response.status === 404) throw new AtollError('NotFound', { package: url })
    if ([403, 451].includes(response.status)) throw new Refused(reason)
    throw new AtollError('ComponentUnavailable', { component: 'registry' }, new Error(reason))
  }

  async #npm(path: string, accept: string): Promise<{ status: number; body: unknown }> {
    try {
      const headers = { ...this.#headers, accept }
      const response = await fetch(`${this.url}${path}`, {
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      })
      const bytes = await readBounded(response.body, maxPackumentBytes)
      return { status: response.status, body: JSON.parse(bytes.toString('utf8')) }
    } catch (cause) {
      throw new AtollError('ComponentUnavailable', { component: 'registry' }, cause)
    }
  }
}

function pathOf(name: string): string {
  return `/${name.replace('/', '%2f')}`
}

/** npm's shape of an error, as package managers show it. */
function errorOf(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : undefined
}

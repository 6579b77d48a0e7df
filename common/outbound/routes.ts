import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import type { OutboundConfig, ProxyConfig } from './config.ts'
import { bypassesProxy } from './no-proxy.ts'
import { lookupPublic } from './public-address.ts'
import { trusting } from './trusting.ts'

const connectTimeoutMs = 10_000
// Between two pieces; the whole is bounded by each request's own time.
const silenceMs = 60_000
/** Of a message over a WebSocket; who reads one may want less. */
const maxPayloadSize = 16 * 2 ** 20
const patience = { headersTimeout: silenceMs, bodyTimeout: silenceMs, webSocket: { maxPayloadSize } }

/** The ways out: directly, directly to public addresses only, and through a proxy. */
export class Routes implements AsyncDisposable {
  readonly #config: OutboundConfig
  readonly #direct: Dispatcher
  readonly #publicOnly: Dispatcher
  readonly #proxies: { http?: Dispatcher; https?: Dispatcher }

  constructor(config: OutboundConfig) {
    this.#config = config
    const tls = trusting(config.ca)
    const connect = { timeout: connectTimeoutMs, ...tls }
    this.#direct = new Agent({ ...patience, connect })
    this.#publicOnly = new Agent({ ...patience, connect: { ...connect, lookup: lookupPublic } })
    const { http, https } = config.proxies
    this.#proxies = {
      ...(http === undefined ? {} : { http: proxyAgent(http, tls) }),
      ...(https === undefined ? {} : { https: proxyAgent(https, tls) }),
    }
  }

  /** @returns the proxy on the way to `url`; undefined when it is asked directly */
  proxyFor(url: URL): Dispatcher | undefined {
    if (bypassesProxy(url, this.#config.noProxy)) return undefined
    return url.protocol === 'https:' ? this.#proxies.https : this.#proxies.http
  }

  /** @param publicOnly connects to nothing but public addresses, as far as it is us who connect */
  to(url: URL, { publicOnly }: { publicOnly: boolean }): Dispatcher {
    return this.proxyFor(url) ?? (publicOnly ? this.#publicOnly : this.#direct)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { http, https } = this.#proxies
    await Promise.all([this.#direct, this.#publicOnly, http, https].map((dispatcher) => dispatcher?.destroy()))
  }
}

type Trust = ReturnType<typeof trusting>

function proxyAgent({ url, credentials }: ProxyConfig, tls: Trust): ProxyAgent {
  const word = credentials === undefined ? undefined : `${credentials.username}:${credentials.password}`
  return new ProxyAgent({
    ...patience,
    uri: url,
    requestTls: tls,
    proxyTls: tls,
    connectTimeout: connectTimeoutMs,
    ...(word === undefined ? {} : { token: `Basic ${Buffer.from(word).toString('base64')}` }),
  })
}

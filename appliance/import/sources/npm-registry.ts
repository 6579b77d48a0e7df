import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Failure, UsageError } from '#appliance/failures.ts'
import { fetchUrl, fileOf } from '#appview/upstream/tarball-url.ts'
import { AtollError } from '#common/errors/index.ts'
import { createOutbound, type Outbound, type OutboundConfig, type OutboundResponse } from '#common/outbound/index.ts'
import { maxTarballBytes } from '#common/tarball/index.ts'
import { parsePackument } from './parse-packument.ts'
import { retrying } from './retrying.ts'
import { searchScope } from './search-scope.ts'
import type { Source, SourcePackage, SourceVersion } from './source.ts'

export interface RegistryOptions {
  /** URL, with its path. */
  url: string
  token: string | undefined
  outbound: OutboundConfig
  /** Names, and patterns such as `@acme/*`. */
  patterns: readonly string[]
}

const maxPackumentBytes = 128_000_000
const timeoutMs = 120_000

/** A registry that speaks npm's protocol: Verdaccio, Artifactory, Nexus, npm Enterprise, another Atoll. */
export class NpmRegistry implements Source {
  readonly label: string
  readonly #options: RegistryOptions
  readonly #outbound: Outbound

  /** @throws UsageError when the address is none */
  constructor(options: RegistryOptions) {
    if (!URL.canParse(options.url)) throw new UsageError(`"${options.url}" is not the address of a registry.`)
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') }
    this.label = `npm registry ${this.#options.url}`
    this.#outbound = createOutbound({ allow: [options.url], config: options.outbound })
  }

  async names(): Promise<string[]> {
    const names = new Set<string>()
    for (const pattern of this.#options.patterns) {
      if (!pattern.includes('*')) names.add(pattern)
      else for (const name of await searchScope(pattern, (path) => this.#get(path, maxPackumentBytes))) names.add(name)
    }
    return [...names].toSorted()
  }

  async read(name: string): Promise<SourcePackage | undefined> {
    return retrying(async () => {
      // Not the abbreviated form, which has no times.
      const response = await this.#get(`/${name.replace('/', '%2f')}`, maxPackumentBytes)
      if (response.status === 404) {
        response.body.destroy()
        return undefined
      }
      checkAnswer(response)
      return parsePackument((await response.bytes()).toString('utf8'), name)
    })
  }

  async fetch(name: string, { version, tarball = '' }: SourceVersion, keep: string): Promise<string> {
    const file = fileOf(tarball)
    if (file === undefined) throw new Failure('its description names no tarball')
    // A registry behind another name advertises tarballs there; only the one we were told to ask is asked.
    const url = fetchUrl(this.#options.url, name, { file, url: tarball })
    const about = { package: name, version }
    const unfinished = `${keep}.part`
    await retrying(async () => {
      const headers = this.#authorization()
      const response = await this.#outbound.fetch(url, {
        headers,
        about,
        maxBytes: maxTarballBytes,
        timeoutMs,
      })
      checkAnswer(response)
      await pipeline(response.body, createWriteStream(unfinished, { mode: 0o600 })).catch(async (cause: unknown) => {
        await rm(unfinished, { force: true })
        throw new AtollError('UpstreamUnavailable', about, cause)
      })
    })
    await rename(unfinished, keep)
    return keep
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#outbound[Symbol.asyncDispose]()
  }

  #get(path: string, maxBytes: number): Promise<OutboundResponse> {
    const headers = { accept: 'application/json', ...this.#authorization() }
    return this.#outbound.fetch(`${this.#options.url}${path}`, { headers, maxBytes, timeoutMs })
  }

  #authorization(): Record<string, string> {
    const { token } = this.#options
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }
}

/** @throws Failure for what will not change by itself, UpstreamUnavailable for what may */
function checkAnswer(response: OutboundResponse): void {
  const { status, url, body } = response
  if (status === 200) return
  body.destroy()
  const reason = `it answered ${status} for ${new URL(url).pathname}`
  if (status >= 500 || status === 429) throw new AtollError('UpstreamUnavailable', { package: url, reason })
  const hint = status === 401 || status === 403 ? ': it needs a token that may read it (--registry-token)' : ''
  throw new Failure(`the registry does not give it, ${reason}${hint}`)
}

import { LRUCache } from 'lru-cache'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { NameRow, PackageName } from '#common/names/index.ts'
import { refusalOf } from '#common/policy/index.ts'
import type { AppViewConfig } from '../config.ts'
import type { Db } from '../schema/index.ts'
import { announceUpstream } from '../updates/announce-upstream.ts'
import type { Verdict } from '../verdict/index.ts'
import { checkIsNotPurged } from './check-is-not-purged.ts'
import { chooseRegistry } from './choose-registry.ts'
import type { JudgeSetting } from './judge-packument.ts'
import { RefreshFailures } from './refresh-failures.ts'
import { type KnownFile, Registry } from './registry.ts'
import type { UpstreamKey } from './upstream-key.ts'
import { UpstreamStore, type Validity, type WantedFile } from './upstream-store.ts'

const missingMs = 60_000
const maxMissing = 10_000

export interface UpstreamOptions {
  config: Pick<AppViewConfig, 'upstreams' | 'outbound'>
  gatewayUrl: string
  db: Db
  log: Logger
  /** By what versions are judged. */
  setting: JudgeSetting
  /** The account of the public network that has this DID; absent when none is mirrored. */
  publicOrigin?: ((did: string) => Origin) | undefined
}

export interface UpstreamPackument {
  body: Buffer
  etag: string
  lastModified: Date
  /** How old it is, in seconds, when upstream could not be asked whether it still holds; else undefined. */
  staleSeconds: number | undefined
}

/** How one registry is doing. */
export interface UpstreamStatus {
  name: string
  url: string
  /** Packuments kept of it, and those that wait to be fetched. */
  packuments: number
  waiting: number
  lastSuccess: Date | undefined
  lastFailure: { at: Date; reason: string } | undefined
}

/** Where a package from outside is, as its name says: in the registry of its scope, or in the public repository of an account. */
export type OutsideRow = Extract<NameRow, { source: 'upstream' | 'public' }>

/** Whom packages of outside are asked of: a registry, or an account whose repository is mirrored anyway. */
export type Origin = Pick<Registry, 'name' | 'freshMs' | 'packument' | 'tarball'>

/** The registries classic packages come from, pulled through and kept, and beside them what is mirrored of the public network. */
export class Upstream implements AsyncDisposable {
  readonly #options: UpstreamOptions
  readonly #store: UpstreamStore
  readonly #registries: readonly Registry[]
  readonly #failures: RefreshFailures
  readonly #missing: LRUCache<string, number>
  /** Everybody who asks for the same package waits for the same answer. */
  readonly #pending = new Map<string, Promise<void>>()

  constructor(options: UpstreamOptions) {
    const { config, gatewayUrl, setting } = options
    const { clock } = setting
    this.#options = options
    this.#store = new UpstreamStore(options.db, setting)
    this.#registries = config.upstreams.map(
      (registry) => new Registry({ config: registry, outbound: config.outbound, gatewayUrl, clock }),
    )
    this.#failures = new RefreshFailures(clock)
    this.#missing = new LRUCache<string, number>({ max: maxMissing })
  }

  /**
   * @param asked only what DESIGN §3's table sends upstream
   * @throws NotFound when upstream has no such package; UpstreamUnavailable when it cannot say, and we never knew; VersionHeld,
   *   VersionBlocked when there is one, and nothing of it may be installed
   */
  async packument(asked: PackageName, form: 'full' | 'abbreviated', where: OutsideRow): Promise<UpstreamPackument> {
    const registry = this.#originOf(asked, where)
    const key = keyOf(registry, asked)
    await this.#bringUpToDate(registry, key)
    const row = await this.#store.packument(key, form)
    if (row === undefined) throw new AtollError('NotFound', { package: asked.exact })
    const { body, etag, lastModified, fetchedAt } = row
    if (isEmpty(body)) await this.#explainEmpty(key)
    const ageSeconds = Math.max(0, Math.floor((this.#options.setting.clock.now() - +fetchedAt) / 1000))
    return { body, etag, lastModified, staleSeconds: this.#failures.has(wordOf(key)) ? ageSeconds : undefined }
  }

  /**
   * The bytes of a file, checked as they pass: they break off before their end when they are not the right ones.
   * @throws NotFound, VersionPurged, UpstreamUnavailable, TooManyRequests
   */
  async tarball(asked: PackageName, file: string, where: OutsideRow): ReturnType<Registry['tarball']> {
    const registry = this.#originOf(asked, where)
    const key = keyOf(registry, asked)
    const known = await this.#fileOf(registry, key, { by: 'file', value: file })
    await checkIsNotPurged(this.#options.db, key, known.version)
    return registry.tarball(asked.exact, known)
  }

  /**
   * What a version's bytes must be, and whether it may be installed.
   * @throws NotFound, UpstreamUnavailable, TooManyRequests
   */
  async version(asked: PackageName, wanted: WantedFile, where: OutsideRow): Promise<KnownFile & { verdict: Verdict }> {
    const registry = this.#originOf(asked, where)
    const key = keyOf(registry, asked)
    const known = await this.#fileOf(registry, key, wanted)
    const verdict = (await this.#store.verdict(key, known.version)) ?? (await this.#judgeFirst(key, known.version))
    return { ...known, verdict }
  }

  /**
   * Which package a name means, once it is known here.
   * @throws UpstreamUnavailable when upstream cannot say what there is of it, and we never knew
   */
  async knownAs(asked: PackageName, where: OutsideRow): Promise<UpstreamKey> {
    const registry = this.#originOf(asked, where)
    const key = keyOf(registry, asked)
    await this.#bringUpToDate(registry, key)
    return key
  }

  get registries(): readonly Registry[] {
    return this.#registries
  }

  async status(): Promise<UpstreamStatus[]> {
    const counts = await this.#store.counts()
    return this.#registries.map(({ name, url, waiting, health: { lastSuccess, lastFailure } }) => {
      return { name, url, waiting, packuments: counts.get(name) ?? 0, lastSuccess, lastFailure }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#registries.map((registry) => registry[Symbol.asyncDispose]()))
    await Promise.allSettled(this.#pending.values())
  }

  #originOf(asked: PackageName, where: OutsideRow): Origin {
    const { publicOrigin } = this.#options
    const registry = where.source === 'public' ? publicOrigin?.(where.did) : chooseRegistry(asked, this.#registries)
    if (registry === undefined) throw new AtollError('NotFound', { package: asked.exact })
    return registry
  }

  async #explainEmpty(key: UpstreamKey): Promise<void> {
    const refused = await this.#store.refusedLatest(key)
    const { gatewayUrl } = this.#options
    if (refused !== undefined) throw refusalOf({ name: key.name, gatewayUrl, ...refused })
  }

  /** A file is known by the packument that advertised it: a lockfile may ask for one before anybody asked for that. */
  async #fileOf(registry: Origin, key: UpstreamKey, wanted: WantedFile): Promise<KnownFile> {
    const known = await this.#store.file(key, wanted)
    if (known !== undefined) return known
    await this.#bringUpToDate(registry, key)
    const found = await this.#store.file(key, wanted)
    if (found === undefined) throw new AtollError('NotFound', { package: key.name })
    return found
  }

  /** Of what was kept before there were verdicts. */
  async #judgeFirst(key: UpstreamKey, version: string): Promise<Verdict> {
    await this.#store.judge(key)
    const verdict = await this.#store.verdict(key, version)
    if (verdict === undefined) throw new AtollError('NotFound', { package: key.name, version })
    return verdict
  }

  async #bringUpToDate(registry: Origin, key: UpstreamKey): Promise<void> {
    const { setting, log } = this.#options
    const { clock } = setting
    const word = wordOf(key)
    const validity = await this.#store.validity(key)
    if (validity === undefined) {
      if (clock.now() - (this.#missing.get(word) ?? 0) < missingMs) return
      return this.#refresh(registry, key, undefined)
    }
    if (!validity.judged) await this.#store.judge(key)
    if (clock.now() - +validity.fetchedAt < registry.freshMs || !this.#failures.mayTry(word)) return
    // What we have is served meanwhile, and when upstream is down.
    this.#refresh(registry, key, validity).catch((err) => {
      log.warn(
        { registry: key.registry, package: key.name, err },
        'upstream could not be asked; what is kept is served',
      )
    })
  }

  #refresh(registry: Origin, key: UpstreamKey, validity: Validity | undefined): Promise<void> {
    const word = wordOf(key)
    const pending = this.#pending.get(word)
    if (pending !== undefined) return pending
    const refresh = this.#fetch(registry, key, validity).finally(() => this.#pending.delete(word))
    this.#pending.set(word, refresh)
    return refresh
  }

  async #fetch(registry: Origin, key: UpstreamKey, validity: Validity | undefined): Promise<void> {
    const word = wordOf(key)
    // What changes there while it is on its way counts as later.
    const askedAt = this.#options.setting.clock.now()
    try {
      const fetched = await registry.packument(key.name, validity?.upstreamEtag ?? null)
      const merged = await this.#store.store(key, fetched, new Date(askedAt))
      if (merged?.announce === true) await announceUpstream(this.#options.db, [key.name])
      this.#failures.succeeded(word)
      if (fetched.kind === 'missing' && merged === undefined) this.#missing.set(word, askedAt)
      this.#report(key, merged)
    } catch (error) {
      if (validity !== undefined) this.#failures.failed(word)
      throw error
    }
  }

  #report({ registry, name }: UpstreamKey, merged: { removed: string[]; changed: string[] } | undefined): void {
    const { removed = [], changed = [] } = merged ?? {}
    const { log } = this.#options
    if (removed.length > 0)
      log.warn({ registry, package: name, versions: removed.slice(0, 100) }, 'removed upstream; kept')
    if (changed.length > 0) {
      const versions = changed.slice(0, 100)
      log.error({ alarm: 'upstream-changed', registry, package: name, versions }, 'upstream names other bytes; refused')
    }
  }
}

function isEmpty(body: Buffer): boolean {
  // Looking is cheap, and most have none of this; a nested one would be no answer.
  if (!body.includes('"versions":{}')) return false
  return Object.keys((JSON.parse(body.toString('utf8')) as { versions: object }).versions).length === 0
}

function keyOf({ name: registry }: Origin, { exact }: PackageName): UpstreamKey {
  return { registry, name: exact }
}

function wordOf({ registry, name }: UpstreamKey): string {
  return `${registry} ${name}`
}

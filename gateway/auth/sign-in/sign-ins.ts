import type { Clock } from '#common/clock/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import { randomHandle, sha256 } from '#common/crypto/index.ts'
import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { AuditLog } from '../../audit-log/index.ts'
import type { GatewayLimits } from '../../config.ts'
import type { GatewayTables, SignInRow } from '../../database/tables.ts'
import { inDays, type TokenStore } from '../token/index.ts'
import { firstIntervalSeconds, keepPace } from './pace.ts'
import type { VerifyLogin } from './verify-login.ts'

/** Where a request comes from, as the person will see it on the confirmation page. */
export interface Requester {
  address: string
  client: string
}

export interface SignInDependencies {
  db: Kysely<GatewayTables>
  people: PeerClient
  tokens: TokenStore
  audit: AuditLog
  verifyLogin: VerifyLogin
  /** How long a token of `npm login` lives. */
  days: number
  clock: Clock
  publicUrl: NetworkConfig['publicUrls']['gateway']
  limits: Pick<GatewayLimits, 'openSignIns' | 'openSignInsPerAddress'>
}

/** A sign-in of a machine without a browser, as it is told (RFC 8628, section 3.2). */
export interface DeviceSignIn {
  deviceCode: string
  userCode: string
  /** Where the person types the user code. */
  page: string
  expiresInSeconds: number
  intervalSeconds: number
}

/** Sign-ins from `POST /-/v1/login`, or from a device that shows a code, to the token (DESIGN §2, sign-in). */
export class SignIns {
  readonly #with: SignInDependencies

  constructor(dependencies: SignInDependencies) {
    this.#with = dependencies
  }

  /** @throws TooManyRequests, ComponentUnavailable */
  async open(requester: Requester): Promise<{ loginUrl: string; doneUrl: string }> {
    const { publicUrl } = this.#with
    const { secret, loginUrl } = await this.#open(requester, { device: false })
    return { loginUrl, doneUrl: `${publicUrl}/-/v1/done/${secret}` }
  }

  /** @throws TooManyRequests, ComponentUnavailable */
  async openDevice(requester: Requester): Promise<DeviceSignIn> {
    const { secret, loginUrl, userCode, expiresAt } = await this.#open(requester, { device: true })
    if (userCode === undefined) throw new AtollError('InternalError', {}, new Error('a device sign-in without code'))
    const expiresInSeconds = Math.floor((Date.parse(expiresAt) - this.#with.clock.now()) / 1000)
    return { deviceCode: secret, userCode, page: loginUrl, expiresInSeconds, intervalSeconds: firstIntervalSeconds }
  }

  /**
   * @returns the token, once; undefined while the person has not confirmed
   * @throws ExpiredHandle
   */
  async redeem(secret: string): Promise<string | undefined> {
    const row = await this.#find(sha256(secret))
    // A device has a pace to keep.
    if (row.poll_seconds !== null) throw new AtollError('ExpiredHandle')
    return this.#redeem(row)
  }

  /**
   * The same for a device.
   * @returns the token, once
   * @throws DeviceCodePending, DevicePolledTooFast, DeviceCodeExpired, SignInRefused
   */
  async redeemDevice(deviceCode: string): Promise<string> {
    try {
      const row = await this.#find(sha256(deviceCode))
      if (row.poll_seconds === null) throw new AtollError('DeviceCodeExpired')
      await keepPace(this.#with, row)
      const token = await this.#redeem(row)
      if (token === undefined) throw new AtollError('DeviceCodePending')
      return token
    } catch (error) {
      throw error instanceof AtollError && error.code === 'ExpiredHandle' ? new AtollError('DeviceCodeExpired') : error
    }
  }

  async #open(requester: Requester, { device }: { device: boolean }) {
    const { db, people } = this.#with
    await this.#checkRoom(requester.address)
    const { id, ...opened } = await people.call(app.npm.operation.openSignIn, { input: { requester, device } })
    // Independent of the sign-in's id: who sees the login page's address cannot collect the token.
    const secret = randomHandle()
    const row = {
      done_hash: sha256(secret),
      sign_in: id,
      address: requester.address,
      expires_at: new Date(opened.expiresAt),
      poll_seconds: device ? firstIntervalSeconds : null,
    }
    await db.insertInto('sign_in').values(row).execute()
    return { secret, ...opened }
  }

  async #redeem(row: SignInRow): Promise<string | undefined> {
    const { people, verifyLogin } = this.#with
    const { state, token } = await people.call(app.npm.operation.redeemSignIn, { input: { id: row.sign_in } })
    if (state === 'pending') return undefined
    if (token === undefined) throw new AtollError('InternalError', {}, new Error('a confirmed sign-in without token'))
    const person = await verifyLogin(token).catch((error: unknown) => this.#noteRefused(row, error))
    return this.#issue(row, person)
  }

  async sweep(): Promise<void> {
    const { db, clock } = this.#with
    await db.deleteFrom('sign_in').where('expires_at', '<', new Date(clock.now())).execute()
  }

  async #find(hash: Buffer): Promise<SignInRow> {
    const { db, clock } = this.#with
    const row = await db.selectFrom('sign_in').selectAll().where('done_hash', '=', hash).executeTakeFirst()
    if (row === undefined || row.expires_at.getTime() < clock.now()) throw new AtollError('ExpiredHandle')
    return row
  }

  #issue(row: SignInRow, person: { did: string; handle: string }): Promise<string> {
    const { db, tokens, audit, clock, days } = this.#with
    return db.transaction().execute(async (transaction) => {
      // Of two polls that come at once, only the one that takes the row away gets a token.
      const taken = await transaction.deleteFrom('sign_in').where('done_hash', '=', row.done_hash).executeTakeFirst()
      if (taken.numDeletedRows !== 1n) throw new AtollError('ExpiredHandle')
      const { token, row: issued } = await tokens.issue(
        {
          ...person,
          owner: 'person',
          name: row.poll_seconds === null ? 'npm login' : 'atoll login',
          description: '',
          access: 'read-write',
          packages: null,
          cidrs: [],
          created_by: person.did,
          expires_at: inDays(days, clock.now()),
        },
        transaction,
      )
      const details = { handle: person.handle, address: row.address }
      await audit.append({ actor: person.did, action: 'token.issued', subject: issued.id, details }, transaction)
      return token
    })
  }

  /** What the people PDS vouched for does not verify: somebody should look into that. */
  async #noteRefused({ sign_in, address }: SignInRow, error: unknown): Promise<never> {
    const code = error instanceof AtollError ? error.code : 'InternalError'
    const details = { code }
    await this.#with.audit.append({ actor: address, action: 'sign-in.refused', subject: sign_in, details })
    throw error
  }

  /** Anybody may begin a sign-in, so there is a bound, and one address cannot use it up for all. */
  async #checkRoom(address: string): Promise<void> {
    const { db, clock, limits } = this.#with
    const { all, own } = await db
      .selectFrom('sign_in')
      .select(({ fn }) => [
        fn.countAll<number>().as('all'),
        fn.countAll<number>().filterWhere('address', '=', address).as('own'),
      ])
      .where('expires_at', '>=', new Date(clock.now()))
      .executeTakeFirstOrThrow()
    if (all >= limits.openSignIns || own >= limits.openSignInsPerAddress) throw new AtollError('TooManyRequests')
  }
}

import { systemClock } from '#common/clock/index.ts'
import type { DatabaseConfig } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import { type NewToken, TokenStore } from '#gateway/auth/token/index.ts'
import { tokenPolicySchema } from '#gateway/token-settings.ts'
import { gatewayDatabase } from './gateway-database.ts'

/** Tokens as the gateway makes them, without the ceremony before. */
export class IssuedTokens implements AsyncDisposable {
  readonly store: TokenStore
  readonly #opened: Awaited<ReturnType<typeof gatewayDatabase>>

  private constructor(opened: Awaited<ReturnType<typeof gatewayDatabase>>) {
    this.#opened = opened
    const log = createLogger('gateway', 'silent')
    const policy = tokenPolicySchema.parse(undefined)
    this.store = new TokenStore({ database: opened, clock: systemClock, policy, audit: opened.audit, log })
  }

  static async of(config: DatabaseConfig): Promise<IssuedTokens> {
    return new IssuedTokens(await gatewayDatabase(config))
  }

  /** @param wanted everything but what a full token of a person has anyway */
  async issue(wanted: Pick<NewToken, 'did' | 'handle'> & Partial<NewToken>): Promise<string> {
    const token: NewToken = {
      owner: 'person',
      name: 'issued',
      description: '',
      access: 'read-write',
      packages: null,
      cidrs: [],
      created_by: wanted.did,
      expires_at: new Date(Date.now() + 3600_000),
      ...wanted,
    }
    const made = await this.#opened.db.transaction().execute((transaction) => this.store.issue(token, transaction))
    return made.token
  }

  /** What the audit log says of tokens, newest last. */
  async audited(action: string): Promise<{ actor: string; subject: string; details: Record<string, unknown> }[]> {
    const entries = await this.#opened.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('action', '=', action)
      .orderBy('seq')
      .execute()
    return entries.map(({ actor, subject, details }) => ({ actor, subject, details: JSON.parse(details) }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
    await this.#opened[Symbol.asyncDispose]()
  }
}

import pg from 'pg'
import { configFile } from '#appliance/init/index.ts'
import type { AppViewConfig } from '#appview/config.ts'
import { appviewConfigSchema } from '#appview/config.ts'
import { loadComponentConfig } from '#common/config/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { type RepoRecord, readRepo } from '#common/sync/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'

export interface FirstSighting {
  name: string
  version: string
  first_cid: string
}

/** What lies in a running box below its API, read with what its AppView holds. */
export class BoxInsides {
  readonly #config: AppViewConfig

  private constructor(config: AppViewConfig) {
    this.#config = config
  }

  static async of(dataDir: string): Promise<BoxInsides> {
    return new BoxInsides(await loadComponentConfig(configFile(dataDir, 'appview'), appviewConfigSchema))
  }

  /** Every record of an organisation's repository, straight from its PDS, with its signature checked. */
  async repository(did: string): Promise<RepoRecord[]> {
    const { network } = this.#config
    const auth = await createPeerAuth(this.#config, { use: async () => false })
    const account = await new IdentityResolver(network).resolve(did)
    const answer = await createPeerClient('org', network, auth).fetch(atproto.getRepo, { did })
    const car = new Uint8Array(await answer.arrayBuffer())
    const repo = { did, signingKey: account?.signingKey ?? '', previous: undefined, now: Date.now() }
    return readRepo(car, repo).records
  }

  /** What is said of packages in one collection, as often as it counted. */
  async said(collection: string): Promise<{ rkey: string; cid: string }[]> {
    return this.#asks(async (client) => {
      const found = await client.query('SELECT rkey, cid FROM ledger_metadata WHERE collection = $1', [collection])
      return found.rows as { rkey: string; cid: string }[]
    })
  }

  /** What the ledger remembers of every version, and how many it saw change afterwards. */
  async ledger(): Promise<{ versions: FirstSighting[]; tamperings: number }> {
    return this.#asks(async (client) => {
      const versions = await client.query<FirstSighting>('SELECT name, version, first_cid FROM ledger_version')
      const tamperings = await client.query('SELECT FROM ledger_tampering')
      return { versions: versions.rows, tamperings: tamperings.rows.length }
    })
  }

  async #asks<Answer>(question: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
    const { url, schema } = this.#config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      return await question(client)
    } finally {
      await client.end()
    }
  }
}

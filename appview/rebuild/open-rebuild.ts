import type { Clock } from '#common/clock/index.ts'
import { type OpenDatabase, openAsItIs, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { createLogger } from '#common/log/index.ts'
import { createPeerAuth, type JtiStore } from '#common/service-auth/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import type { AppViewConfig } from '../config.ts'
import { policyHash } from '../due/judge-anew.ts'
import { settingOf } from '../ingest/apply/setting.ts'
import { readProgress, storeCursor } from '../ingest/write-alone.ts'
import { BundleJudge } from '../provenance/judge-bundle.ts'
import { type AppViewTables, network, openAppViewDatabase } from '../schema/index.ts'
import { RegistrySigner } from '../signatures/registry-signer.ts'
import { Tallies } from '../tallies.ts'
import type { Rebuild, RebuildProgress, Schemas } from './context.ts'
import { lockNotAvailable } from './postgres-errors.ts'
import { checkEveryTableIsKnown, checkSameMigrations, emptySchema, ensureSchema, shareTables } from './schemas.ts'
import { ledgerTableNames } from './tables.ts'

/** Any number but the writer's; the same everywhere. */
const rebuildLock = 7_146_252
const lockTimeoutMs = 1_000
// The AppView's role has 16 connections, and the AppView itself needs most of them.
const poolSize = 3
/** Rows of the ledger's copy that are not in the ledger come after all that are. */
const firstOwnId = 2 ** 50

export interface OpenOptions {
  clock: Clock
  stop: AbortSignal
  report(progress: RebuildProgress): void
}

export function schemasOf(live: string): Schemas {
  return { live, next: `${live}_next`, previous: `${live}_previous` }
}

/**
 * Makes room beside the index in use: tables of the same migrations, empty, in a schema of their own. What an earlier rebuild that was killed
 * left there goes.
 * @returns what to work with; disposing of it takes away what was not swapped
 * @throws RebuildFailed
 */
export async function openRebuild(
  config: AppViewConfig,
  { clock, stop, report }: OpenOptions,
): Promise<Rebuild & AsyncDisposable> {
  const { network } = config
  const schemas = schemasOf(config.database.schema)
  await using opening = new AsyncDisposableStack()
  const inUse = opening.use(openAsItIs<AppViewTables>({ ...config.database, poolSize }))
  opening.use(await lockRebuilding(inUse))
  await ensureSchema(inUse.db, schemas.next)
  await ensureSchema(inUse.db, schemas.previous)
  await emptySchema(inUse.db, schemas.next)
  opening.defer(() => emptySchema(inUse.db, schemas.next).catch(() => {}))
  const { db: next } = opening.use(await openAppViewDatabase({ ...config.database, schema: schemas.next, poolSize }))
  await checkSameMigrations(next, schemas.live, schemas.next)
  await checkEveryTableIsKnown(next, schemas.next)
  await shareTables(next, schemas)
  const auth = await createPeerAuth(config, answersNobody)
  const host = (name: 'org' | 'people') => createPeerClient(name, network, auth)
  const rebuild: Rebuild = {
    schemas,
    live: inUse.db,
    next,
    ingest: {
      db: next,
      setting: settingOf(network, {
        log: createLogger('appview-rebuild', 'silent'),
        tallies: new Tallies(),
        clock,
        policy: config.policy,
        signer: config.signing && (await RegistrySigner.create(config.signing)),
      }),
      identities: new IdentityResolver(network),
      hosts: { org: host('org'), people: host('people') },
      clock,
      stopping: stop,
      recordDelay() {},
      onDesynchronised() {},
      onEventsMissing() {
        throw new AtollError('RebuildFailed', { reason: 'the relay forgot events meanwhile; run it again' })
      },
    },
    network,
    auth,
    judge: new BundleJudge(config.provenance),
    stop,
    report,
    concludedUpTo: undefined,
    unreadable: new Set(),
  }
  await checkSamePolicy(rebuild)
  await loosenLedger(rebuild)
  await beginWhereLiveIs(rebuild)
  const opened = opening.move()
  return { ...rebuild, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** One at a time, in all processes. The lock is its connection's: of a process that was killed it is gone in a moment. */
async function lockRebuilding(database: OpenDatabase<AppViewTables>): Promise<AsyncDisposable> {
  const client = await database.connect()
  try {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`)
    await client.query('SELECT pg_advisory_lock($1, hashtext(current_schema()))', [rebuildLock])
  } catch (error) {
    await client.end()
    if ((error as { code?: unknown }).code !== lockNotAvailable) throw error
    throw new AtollError('RebuildFailed', { reason: 'another rebuild is at work' })
  }
  return { [Symbol.asyncDispose]: () => client.end() }
}

/** By another policy every packument would differ, and the AppView would render none of them as we do. */
async function checkSamePolicy({ live, ingest }: Rebuild): Promise<void> {
  const by = await live.selectFrom('judging').where('network', '=', network).select('policy').executeTakeFirst()
  if (by === undefined || by.policy === policyHash(ingest.setting.policy)) return
  throw new AtollError('RebuildFailed', { reason: 'the AppView goes by another policy than the settings; restart it' })
}

/** The copy of the ledger follows the ledger, so its rows may be replaced; the ledger itself is never written to from here. */
async function loosenLedger({ next }: Rebuild): Promise<void> {
  for (const table of ledgerTableNames) await sql`DROP TRIGGER append_only ON ${sql.id(table)}`.execute(next)
  for (const table of ['ledger_right', 'ledger_metadata', 'ledger_revocation', 'ledger_name']) {
    await sql`SELECT setval(pg_get_serial_sequence(${table}, 'id'), ${firstOwnId}::bigint)`.execute(next)
  }
}

/** Events from here on are read again: some of them the repositories will hold already. From all, when there was none yet. */
async function beginWhereLiveIs({ live, next }: Rebuild): Promise<void> {
  const { cursor, backfilled } = await readProgress(live)
  if (!backfilled) {
    throw new AtollError('RebuildFailed', { reason: 'the index in use is not complete yet; see "atoll status"' })
  }
  await next.transaction().execute((tx) => storeCursor(tx, cursor ?? 0))
}

const answersNobody: JtiStore = { use: async () => false }

import { LRUCache } from 'lru-cache'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type ImportedPackage, type ImportedVersion, type ImportList, parseImportList } from '#common/imports/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'

/** An approved import whose versions are arriving. */
export interface OpenImport {
  /** CID of its record. */
  record: string
  org: string
  /** Who approved it, and attests. */
  did: string
  /** Keys of the groups in which they were then. */
  groups: readonly string[]
  op: Buffer
  /** The operation's `createdAt`. */
  importedAt: string
  list: ImportList
  /** Every version, in the list's order: they are asked for by their place in it. */
  versions: readonly { package: ImportedPackage; version: ImportedVersion }[]
  /** CIDs of what is proven to be attested or approved by that person. */
  proven: Set<string>
}

/** How long the versions of an approved import may take to arrive. Generous, since nothing but they can. */
const openForMs = 24 * 3_600_000
const remembered = 4

/** What this PDS may write without asking anybody again: the lists of imports that were approved. */
export class ImportStore {
  readonly #db: PdsHost<OrgTables>['db']
  readonly #clock: Clock
  // Lists are read once, not with every batch.
  readonly #known = new LRUCache<string, OpenImport>({ max: remembered })

  constructor(db: PdsHost<OrgTables>['db'], clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** Opens it for a day from now; approving it again begins a new day. */
  async open(approved: Omit<OpenImport, 'versions' | 'proven' | 'op' | 'list'> & { op: Uint8Array; list: Buffer }) {
    const { record, org, did, groups, op, list, importedAt } = approved
    const begun = {
      begun_at: new Date(this.#clock.now()),
      finished_at: null,
      did,
      groups: JSON.stringify(groups),
      list,
    }
    await this.#db
      .insertInto('import')
      .values({ record, org, op: Buffer.from(op), imported_at: importedAt, ...begun })
      .onConflict((conflict) => conflict.column('record').doUpdateSet(begun))
      .execute()
  }

  /** @throws ImportNotOpen */
  async find(record: string): Promise<OpenImport> {
    const since = new Date(this.#clock.now() - openForMs)
    const row = await this.#db
      .selectFrom('import')
      .select(['org', 'did', 'groups', 'op', 'imported_at'])
      .where('record', '=', record)
      .where('begun_at', '>', since)
      .where('finished_at', 'is', null)
      .executeTakeFirst()
    if (row === undefined) throw new AtollError('ImportNotOpen', { import: record })
    const known = this.#known.get(record) ?? (await this.#load(record, row))
    this.#known.set(record, known)
    return known
  }

  /** Its list is not needed any more: it stays as a blob of the repository. */
  async close(record: string): Promise<void> {
    await this.#db
      .updateTable('import')
      .set({ finished_at: new Date(this.#clock.now()), list: Buffer.alloc(0) })
      .where('record', '=', record)
      .execute()
    this.#known.delete(record)
  }

  async #load(
    record: string,
    row: { org: string; did: string; groups: string[]; op: Buffer; imported_at: string },
  ): Promise<OpenImport> {
    const { org, did, groups, op, imported_at: importedAt } = row
    const { list: bytes } = await this.#db
      .selectFrom('import')
      .select('list')
      .where('record', '=', record)
      .executeTakeFirstOrThrow()
    const list = parseImportList(bytes)
    const versions = list.packages.flatMap((imported) =>
      imported.versions.map((version) => ({ package: imported, version })),
    )
    return { record, org, did, groups, op, importedAt, list, versions, proven: new Set() }
  }
}

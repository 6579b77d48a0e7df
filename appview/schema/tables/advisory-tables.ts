import type { ColumnType } from 'kysely'
import type { Advisory } from '#common/advisories/index.ts'
import type { Keyed } from './keyed.ts'

interface AdvisoryTable extends Keyed {
  source: string
  id: string
  modified: Date
  withdrawn: boolean
  body: ColumnType<Advisory, string, string>
}

/** The packages an advisory is about. */
interface AdvisoryPackageTable extends Keyed {
  name: string
  source: string
  id: string
}

/** Where advisories come from. What the configuration says of a source is written here at the start. */
interface AdvisorySourceTable extends Keyed {
  name: string
  url: string | null
  may_expedite: boolean
  /** It speaks of the company's own packages, too. */
  internal: boolean
  /** Of what was read last from `url`. */
  etag: string | null
  last_modified: string | null
  checked_at: Date | null
  imported_at: Date | null
  failure: string | null
}

/** What is said of vulnerabilities. It comes from outside, and no repository has it. */
export interface AdvisoryTables {
  advisory: AdvisoryTable
  advisory_package: AdvisoryPackageTable
  advisory_source: AdvisorySourceTable
}

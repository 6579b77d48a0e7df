import type { JtiTable } from '#common/service-auth/index.ts'
import type { AdvisoryTables } from './tables/advisory-tables.ts'
import type { DueTables } from './tables/due-tables.ts'
import type { IndexTables } from './tables/index-tables.ts'
import type { LabelTables } from './tables/label-tables.ts'
import type { LedgerTables } from './tables/ledger-tables.ts'
import type { MirrorTables } from './tables/mirror-tables.ts'
import type { NoticeTables } from './tables/notice-tables.ts'
import type { SignatureTables } from './tables/signature-tables.ts'
import type { UpstreamTables } from './tables/upstream-tables.ts'

export type { PackumentTable, VersionTable } from './tables/index-tables.ts'
export type { Network, RepoState } from './tables/keyed.ts'
export type { LabelerTrust } from './tables/label-tables.ts'
export type * from './tables/values.ts'

export type AppViewTables = IndexTables &
  LedgerTables &
  LabelTables &
  UpstreamTables &
  DueTables &
  SignatureTables &
  AdvisoryTables &
  NoticeTables &
  MirrorTables &
  JtiTable

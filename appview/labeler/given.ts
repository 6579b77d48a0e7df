import type { Selectable } from 'kysely'
import type { Label } from '#common/labels/index.ts'
import type { AppViewTables } from '../schema/index.ts'

export const givenColumns = ['src', 'uri', 'val', 'cid', 'cts', 'neg', 'exp', 'sig', 'signed_by', 'seq'] as const

/** A label of ours, as it stands in the ledger. */
export type GivenRow = Pick<Selectable<AppViewTables['ledger_label']>, (typeof givenColumns)[number]>

export function labelOfRow({ src, uri, val, cid, cts, neg, exp, sig }: GivenRow): Label {
  return {
    ...{ src, uri, val, cts, sig },
    ...(cid === '' ? {} : { cid }),
    ...(neg ? { neg } : {}),
    ...(exp === null ? {} : { exp }),
  }
}

import type { LexMap } from '@atproto/lex-data'
import { cidOfRecord, parseRecordUri } from '#common/records/index.ts'
import type { LedgerRight } from './find-chain.ts'

/**
 * The record of a right, from what the ledger keeps of it: the organisation's repository has only what superseded it. What a record
 * left out is kept as `false`, so both are tried; the CID says which it was.
 * @returns undefined when the record said more than the ledger keeps
 */
export function recordOf({ uri, cid, value }: LedgerRight): LexMap | undefined {
  const { kind: _, ...said } = value
  const $type = parseRecordUri(uri)?.collection ?? ''
  const given = Object.fromEntries(
    Object.entries({ $type, ...said }).filter(([, field]) => field !== undefined),
  ) as LexMap
  const { retired, stageOnly, ...rest } = given
  const candidates = [retired, undefined].flatMap((one) =>
    [stageOnly, undefined].map((other) => withGiven(rest, one, other)),
  )
  return candidates.find((record) => cidOfRecord(record) === cid)
}

function withGiven(rest: LexMap, retired: LexMap[string] | undefined, stageOnly: LexMap[string] | undefined): LexMap {
  return {
    ...rest,
    ...(retired === undefined ? {} : { retired }),
    ...(stageOnly === undefined ? {} : { stageOnly }),
  }
}

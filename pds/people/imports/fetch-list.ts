import { readBounded } from '#common/bodies/index.ts'
import { type ImportList, maxImportListBytes, readListOf } from '#common/imports/index.ts'
import type { ImportInput } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

const downloadTimeoutMs = 60_000

export interface FetchedList {
  bytes: Uint8Array
  list: ImportList
}

/**
 * The parked list of an import, held to what the operation says of it.
 * @throws InvalidOperation when the gateway sends another, NotFound, ComponentUnavailable
 */
export async function fetchList({ gateway }: Pick<PeopleContext, 'gateway'>, input: ImportInput): Promise<FetchedList> {
  const { integrity } = input
  const nsid = app.npm.gateway.getParked.main.nsid
  const response = await gateway.fetch(nsid, { integrity }, { timeoutMs: downloadTimeoutMs })
  const bytes = await readBounded(response.body, maxImportListBytes)
  return { bytes, list: readListOf(input, bytes) }
}

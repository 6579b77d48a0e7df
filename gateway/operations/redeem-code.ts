import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { OperationRow } from '../database/tables.ts'
import type { CeremonyParts } from './ceremony-parts.ts'
import type { Credentials } from './submit-operation.ts'

const maxWrongCodes = 5

/**
 * Exchanges a code for the person's word, for whoever executes the operation.
 * @throws InvalidCode, ComponentUnavailable
 */
export async function redeemCode(
  { store, people }: Pick<CeremonyParts, 'store' | 'people'>,
  row: OperationRow,
  code: string,
): Promise<Credentials> {
  if (row.wrong_codes >= maxWrongCodes || code.length > 64) throw new AtollError('InvalidCode')
  const did = row.did as DidString
  const input = { code, did, client: row.token_id, op: new Uint8Array(row.op) }
  try {
    return await people.call(app.npm.operation.redeemApproval, { input })
  } catch (error) {
    if (error instanceof AtollError && error.code === 'InvalidCode') await store.countWrongCode(row.op)
    throw error
  }
}

import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { note } from '../audit-notes/index.ts'
import type { PeopleContext } from '../context.ts'

/** A change of passkeys that was refused here, before the org PDS was asked. */
export async function noteRefused(
  { db }: Pick<PeopleContext, 'db'>,
  { did }: { did: string },
  error: unknown,
): Promise<void> {
  if (!(error instanceof AtollError) || error.status !== 403) return
  const action = 'passkey.refused'
  await note({ db }, { id: `${action} ${randomHandle(9)}`, action, subject: did, details: error.message, by: did })
}

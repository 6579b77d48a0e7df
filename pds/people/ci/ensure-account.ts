import { sha256 } from '#common/crypto/index.ts'
import { type JobContext, required } from './context.ts'

const digits = 16

/**
 * Each trusted publisher has an account, whose repository holds what its jobs attest. Asked for again, it is the same one. Its handle
 * is drawn from its record's address: nobody chooses it, and no person can have it.
 * @throws HandleTaken, DirectoryUnavailable
 */
export async function ensureAccount(context: JobContext): Promise<void> {
  const { people, input, publisher } = context
  const name = sha256(input.publisher).toString('hex').slice(0, digits)
  const handle = `ci-${name}.${people.config.handleSuffix}`
  const { did } = await people.host.provision({ handle, owner: input.publisher })
  const { repository, issuer } = required(publisher, 'findPublisher')
  const row = { did, publisher: input.publisher, name: repository ?? new URL(issuer).host }
  await people.db
    .insertInto('publisher_account')
    .values(row)
    .onConflict((conflict) => conflict.column('did').doUpdateSet({ name: row.name }))
    .execute()
  context.did = did
}

import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import type { IdTokenClaims } from '../idp/index.ts'
import { handleCandidates } from './handle-candidates.ts'

/**
 * The account of (issuer, subject): the one they have, or a new one at their first sign-in. The host remembers for whom a
 * handle was taken, so after a crash between account and row the next sign-in finds the same account.
 * @returns their DID
 * @throws DirectoryUnavailable
 */
export async function provisionPerson(
  context: Pick<PeopleContext, 'db' | 'host' | 'config'>,
  issuer: string,
  claims: IdTokenClaims,
): Promise<string> {
  const { db } = context
  const existing = await findPerson(context, issuer, claims.sub)
  if (existing !== undefined) return existing
  const { did, handle } = await takeHandle(context, JSON.stringify([issuer, claims.sub]), claims)
  await db
    .insertInto('person')
    .values({ did, issuer, subject: claims.sub, handle })
    // A second tab may have been faster.
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .execute()
  return (await findPerson(context, issuer, claims.sub)) ?? did
}

async function findPerson(
  { db }: Pick<PeopleContext, 'db'>,
  issuer: string,
  subject: string,
): Promise<string | undefined> {
  const query = db.selectFrom('person').select('did').where('issuer', '=', issuer).where('subject', '=', subject)
  return (await query.executeTakeFirst())?.did
}

async function takeHandle(
  { host, config }: Pick<PeopleContext, 'host' | 'config'>,
  owner: string,
  claims: IdTokenClaims,
): Promise<{ did: string; handle: string }> {
  let refusal: unknown
  for (const handle of handleCandidates(claims, config.handleSuffix)) {
    try {
      return await host.provision({ handle, owner })
    } catch (error) {
      if (!(error instanceof AtollError) || error.code !== 'HandleTaken') throw error
      refusal = error
    }
  }
  throw refusal
}

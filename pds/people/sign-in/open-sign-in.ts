import { toDatetimeString, type UriString } from '@atproto/syntax'
import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'

const lifetimeMs = 5 * 60_000
const maxOpenPerAddress = 50
const maxOpen = 5_000

/**
 * Opens a sign-in for a client that has no token yet.
 * @returns `id` for the gateway to redeem it with, and the address for the person's browser; neither follows from the other
 * @throws TooManyRequests
 */
export async function openSignIn(
  context: PeopleContext,
  requester: { address: string; client: string },
): Promise<app.npm.operation.openSignIn.$OutputBody> {
  const { db, clock, config } = context
  await checkRoom(context, requester.address)
  const id = randomHandle()
  const handle = randomHandle()
  const expiresAt = new Date(clock.now() + lifetimeMs)
  await db
    .insertInto('sign_in')
    .values({
      id_hash: hashSecret(id),
      handle_hash: hashSecret(handle),
      requester_address: requester.address,
      requester_client: requester.client,
      expires_at: expiresAt,
    })
    .execute()
  const loginUrl = new URL(`/login/${handle}`, config.network.publicUrls.people).href as UriString
  return { id, loginUrl, expiresAt: toDatetimeString(expiresAt) }
}

/** Anybody may ask for a sign-in, so how many wait at a time is bounded, per address and in all. */
async function checkRoom({ db, clock }: PeopleContext, address: string): Promise<void> {
  const { all, here } = await db
    .selectFrom('sign_in')
    .select((e) => [
      e.fn.countAll<number>().as('all'),
      e.fn.countAll<number>().filterWhere('requester_address', '=', address).as('here'),
    ])
    .where('expires_at', '>', new Date(clock.now()))
    .where('redeemed_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (here >= maxOpenPerAddress || all >= maxOpen) throw new AtollError('TooManyRequests')
}

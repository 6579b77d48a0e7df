import { toDatetimeString, type UriString } from '@atproto/syntax'
import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'
import { drawUserCode } from './user-code.ts'

const lifetimeMs = 5 * 60_000
// A code has to be carried to another screen and typed there.
const deviceLifetimeMs = 10 * 60_000
const maxOpenPerAddress = 50
const maxOpen = 5_000

/** Where codes of machines without a browser are typed. */
export const devicePath = '/device'

/**
 * Opens a sign-in for a client that has no token yet.
 * @param request.device it has no browser either: the person types a code on another machine
 * @returns `id` for the gateway to redeem it with, and the address for the person's browser; neither follows from the other
 * @throws TooManyRequests
 */
export async function openSignIn(
  context: PeopleContext,
  { requester, device = false }: { requester: { address: string; client: string }; device?: boolean | undefined },
): Promise<app.npm.operation.openSignIn.$OutputBody> {
  const { db, clock, config } = context
  await checkRoom(context, requester.address)
  const id = randomHandle()
  const handle = randomHandle()
  const userCode = device ? drawUserCode() : undefined
  const expiresAt = new Date(clock.now() + (device ? deviceLifetimeMs : lifetimeMs))
  await db
    .insertInto('sign_in')
    .values({
      id_hash: hashSecret(id),
      // Of a device nobody is given it: who types the code gets another.
      handle_hash: hashSecret(handle),
      user_code_hash: userCode === undefined ? null : hashSecret(userCode),
      requester_address: requester.address,
      requester_client: requester.client,
      expires_at: expiresAt,
    })
    .execute()
  const path = device ? devicePath : `/login/${handle}`
  const loginUrl = new URL(path, config.network.publicUrls.people).href as UriString
  const opened = { id, loginUrl, expiresAt: toDatetimeString(expiresAt) }
  return userCode === undefined ? opened : { ...opened, userCode }
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

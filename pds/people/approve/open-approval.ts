import { toDatetimeString, type UriString } from '@atproto/syntax'
import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Identities } from '#common/identity/index.ts'
import { type ApproveNameInput, approveName, createToken, putLabels, readOperation } from '#common/operations/index.ts'
import { operationHash, parseOperation } from '#common/records/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { administratorsOf, draftChange, draftGrant } from '../registry/index.ts'
import { hashSecret } from '../state/index.ts'
import { checkBreakGlass } from './check-break-glass.ts'

export interface ApprovalRequest {
  /** Canonical bytes. */
  operation: Uint8Array
  /** The person. */
  did: string
  /** Opaque id of the token that asked. */
  client: string
  requester: { address: string; client: string }
  /** SHA-256 of the operation that this token asked for in the same words before. */
  replaces?: Uint8Array | undefined
}

const lifetimeMs = 5 * 60_000
const maxOpenPerPerson = 100

/**
 * Opens the approval of one operation. Its page and its `doneUrl` have secrets of their own: who watches the screen on
 * which npm prints the one cannot poll the other.
 * @throws InvalidOperation, AccountDisabled, BreakGlassForbids, TooManyRequests; what a decision about a name is refused for
 */
export async function openApproval(
  context: PeopleContext,
  request: ApprovalRequest,
): Promise<app.npm.operation.openApproval.$OutputBody> {
  const { db, config, answers } = context
  const expiresAt = await checkOperation(context, request)
  await checkBreakGlass(context, request.did, parseOperation(request.operation))
  await closeReplaced(context, request)
  await checkPerson(context, request.did)
  const handle = randomHandle()
  const doneSecret = randomHandle()
  await db
    .insertInto('approval')
    .values({
      handle_hash: hashSecret(handle),
      done_hash: hashSecret(doneSecret),
      did: request.did,
      client: request.client,
      operation: Buffer.from(request.operation),
      op: Buffer.from(operationHash(request.operation)).toString('base64url'),
      requester_address: request.requester.address,
      requester_client: request.requester.client,
      expires_at: expiresAt,
    })
    .execute()
  answers.count({ outcome: 'opened' })
  const { people } = config.network.publicUrls
  return {
    authUrl: new URL(`/approve/${handle}`, people).href as UriString,
    doneUrl: new URL(`/done/${doneSecret}`, people).href as UriString,
    expiresAt: toDatetimeString(expiresAt),
  }
}

async function checkOperation(context: PeopleContext, { operation: bytes, did }: ApprovalRequest): Promise<Date> {
  const { host, clock } = context
  const now = clock.now()
  const operation = parseOperation(bytes)
  const { kind, input } = readOperation(operation)
  if ('stagedBy' in input && input.stagedBy === did) {
    throw new AtollError('OwnStage', { package: input.name, version: input.version })
  }
  if (kind === approveName) await checkDecision(context, did, operation.org, input as ApproveNameInput)
  if (kind === createToken) await checkAccount(host.identities, operation.org, did)
  else if (kind.witness === undefined && kind !== putLabels)
    throw invalid(`${kind.procedure} is not approved on a page`)
  if (operation.expiry * 1000 <= now) throw invalid('it has expired')
  return new Date(Math.min(operation.expiry * 1000, now + lifetimeMs))
}

/** The gateway executes the newer one only: the older must not wait for an answer that is worth nothing. */
async function closeReplaced({ db }: PeopleContext, { did, client, replaces }: ApprovalRequest): Promise<void> {
  if (replaces === undefined) return
  await db
    .updateTable('approval')
    .set({ state: 'replaced', id_token: null, passkey: null })
    .where('did', '=', did)
    .where('client', '=', client)
    .where('op', '=', Buffer.from(replaces).toString('base64url'))
    .where('state', 'in', ['open', 'approved'])
    .execute()
}

/** A token is the person's own or an organisation's: nobody makes tokens of somebody else. */
async function checkAccount(identities: Identities, account: string, did: string): Promise<void> {
  if (account === did || (await identities.resolve(account))?.role === 'org') return
  throw invalid('a token of somebody else is not yours to make')
}

/** Administrators of the registry approve what it would write now, and nothing else in its name. */
async function checkDecision(
  context: PeopleContext,
  did: string,
  registry: string,
  { record, from, to: org, name }: ApproveNameInput,
): Promise<void> {
  if (registry !== context.config.registry.did) throw invalid('it is not the registry that would write this')
  if (!(await administratorsOf(context)).includes(did)) throw new AtollError('NotAdministrator', { did })
  const decision = await (from === undefined ? draftGrant : draftChange)(context, { org, name })
  if (decision.record.cid !== record) throw invalid('the registry would write something else: ask for it again')
}

async function checkPerson({ db, clock }: PeopleContext, did: string): Promise<void> {
  const person = await db
    .selectFrom('person')
    .select(['handle', 'disabled_at'])
    .where('did', '=', did)
    .executeTakeFirst()
  if (person === undefined) throw invalid(`${did} has no account here`)
  if (person.disabled_at !== null) throw new AtollError('AccountDisabled', { did, handle: person.handle })
  const { open } = await db
    .selectFrom('approval')
    .select((e) => e.fn.countAll<number>().as('open'))
    .where('did', '=', did)
    .where('state', '=', 'open')
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirstOrThrow()
  if (open >= maxOpenPerPerson) throw new AtollError('TooManyRequests')
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidOperation', { reason })
}

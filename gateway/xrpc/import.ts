import type { Readable } from 'node:stream'
import type { AtUriString, DidString } from '@atproto/syntax'
import { BodyTooLarge, readBounded } from '#common/bodies/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import { describeList, maxImportListBytes, readListOf } from '#common/imports/index.ts'
import { composeOperation, type ImportInput, importPackages } from '#common/operations/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { app } from '#lexicons'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import { TemporaryFile } from '../files/index.ts'
import { askForApproval, type Exchange } from '../npm/index.ts'
import { operationLifetimeSeconds, type ReceivedTarball } from '../operations/index.ts'

interface ImportCall extends Exchange {
  params: app.npm.gateway.import.$Params
  body: Readable
}

type Written = { uri: AtUriString; cid: string }

const questionsAtOnce = 8

/**
 * An import: the list is parked, as a tarball would be, and approved as a whole. The first call opens the approval, the second
 * brings the code.
 * @returns the import record; undefined when the answer, 401 with where to approve it, is sent
 * @throws InvalidOperation, Forbidden, InvalidCode, PayloadTooLarge, and what the org PDS refuses
 */
export async function importList(gateway: GatewayContext, call: ImportCall): Promise<Written | undefined> {
  const { params, session } = call
  const bytes = await readList(call.body)
  await using upload = await receive(gateway, bytes)
  const asked = ['import', params.org, params.source, upload.digests.integrity]
  const done = await askForApproval(gateway, call, {
    subject: `${importPackages.procedure} ${params.org}`,
    fingerprint: sha256(JSON.stringify(asked)),
    upload,
    async compose() {
      const input = draft(params.source, bytes, gateway.clock.now())
      await checkPermissions(gateway, params.org, session, namesIn(input, bytes))
      return compose(params.org, input, gateway.clock.now())
    },
  })
  return done === 'sent' ? undefined : { uri: done.record_uri as AtUriString, cid: done.record_cid }
}

async function readList(body: Readable): Promise<Buffer> {
  try {
    return await readBounded(body, maxImportListBytes)
  } catch (cause) {
    if (cause instanceof BodyTooLarge)
      throw new AtollError('PayloadTooLarge', { limitBytes: maxImportListBytes }, cause)
    throw cause
  }
}

async function receive({ parked }: GatewayContext, bytes: Buffer): Promise<ReceivedTarball & AsyncDisposable> {
  const file = await TemporaryFile.create(parked.folder)
  await file.write(bytes)
  return { file, digests: await file.finish(), [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() }
}

/** The time is ours to say; everything else the list says. */
function draft(source: string, bytes: Buffer, now: number): Omit<ImportInput, 'record'> {
  return { source, ...describeList(bytes), createdAt: new Date(now).toISOString() }
}

function namesIn(input: Omit<ImportInput, 'record'>, bytes: Buffer): string[] {
  return readListOf({ ...input, record: '' }, bytes).packages.map(({ name }) => name)
}

function compose(org: string, input: Omit<ImportInput, 'record'>, now: number) {
  const expiry = Math.floor(now / 1000) + operationLifetimeSeconds
  return composeOperation({ org, procedure: importPackages.procedure, input, expiry })
}

/** So that nobody goes through the ceremony for what will be refused at its end. @throws Forbidden */
async function checkPermissions(
  { peers, identities }: GatewayContext,
  org: DidString,
  session: Session,
  names: readonly string[],
): Promise<void> {
  const wanted = [
    { action: 'manage', package: '*', called: 'teams and permissions' },
    ...names.map((name) => ({ action: 'publish', package: name, called: name })),
  ]
  await forEachBounded(wanted, questionsAtOnce, async ({ action, package: about, called }) => {
    const params = { org, actor: session.did as DidString, action, package: about }
    const { allowed, missing = action } = await peers.appview.call(app.npm.registry.checkPermission, { params })
    if (allowed) return
    const handle = await handleOf(identities, org)
    throw new AtollError('Forbidden', { actor: session.handle, action, package: called, org: handle, missing })
  })
}

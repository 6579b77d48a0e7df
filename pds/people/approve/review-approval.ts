import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type PublishInput, readOperation } from '#common/operations/index.ts'
import { type InspectedTarball, inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import type { Approval } from './approvals.ts'

/** What the person is shown before they decide. */
export interface Review {
  /** One sentence: "publish @acme.test/hello@1.0.0 as latest". */
  summary: string
  /** Handle of the organisation, or its DID while it has none. */
  org: string
  /** What the operation says, in its own words. */
  input: Readonly<Record<string, unknown>>
  /** For a publish: what is in the bytes, as this PDS read them. */
  tarball: InspectedTarball | undefined
}

const downloadTimeoutMs = 120_000

/**
 * Computes for itself what the operation would write (DESIGN §2, step 2) and remembers that it is what was asked for:
 * from then on, and not before, the operation can be approved.
 * @throws InvalidOperation when the record, made from the parked bytes, is not the one the operation names
 */
export async function reviewApproval(context: PeopleContext, approval: Approval): Promise<Review> {
  const { db, host } = context
  const { operation } = approval
  const { kind, input } = readOperation(operation)
  const tarball = 'integrity' in input ? await inspectParked(context, input) : undefined
  const write = kind.recordOf(operation.org, input, tarball)
  await db.updateTable('approval').set({ reviewed_uri: write.uri }).where('handle_hash', '=', approval.id).execute()
  const org = await host.identities.resolve(operation.org)
  return { summary: kind.summary(input), org: org?.handle ?? operation.org, input: operation.input, tarball }
}

/** Streamed: nothing here holds the tarball. */
async function inspectParked({ gateway }: PeopleContext, { integrity }: PublishInput): Promise<InspectedTarball> {
  const nsid = app.npm.gateway.getParked.main.nsid
  const response = await gateway.fetch(nsid, { integrity }, { timeoutMs: downloadTimeoutMs })
  if (response.body === null) throw new Error('the gateway answered without a body')
  await using bytes = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
  return await inspectTarball(bytes)
}

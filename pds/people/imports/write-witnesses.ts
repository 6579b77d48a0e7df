import { importPackages } from '#common/operations/index.ts'
import type { UnplacedRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { AttesterContext } from './attester-context.ts'

export interface WitnessPart {
  /** The person. */
  did: string
  /** base64url of the operation's hash. */
  op: string
  /** As many as one commit takes. */
  witnesses: readonly UnplacedRecord[]
  witnessedAt: Date
}

/** Writes a commit of attestations and approvals. Those that are there already stay, from whatever approval they are. */
export async function writeWitnesses(
  { host, db }: Pick<AttesterContext, 'host' | 'db'>,
  { did, op, witnesses, witnessedAt }: WitnessPart,
): Promise<void> {
  const missing: UnplacedRecord[] = []
  for (const [collection, ofOne] of Map.groupBy(witnesses, (witness) => witness.collection)) {
    const there = await host.findCids(
      did,
      collection,
      ofOne.map(({ rkey }) => rkey),
    )
    missing.push(...ofOne.filter(({ rkey }) => !there.has(rkey)))
  }
  if (missing.length > 0) {
    const approval = { by: did, procedure: importPackages.procedure, op: Buffer.from(op, 'base64url') }
    await host.write(
      did,
      missing.map((witness) => ({ action: 'create', ...witness })),
      approval,
    )
  }
  const attested = witnesses.filter(({ collection }) => collection === app.npm.publish.attestation.main.$type)
  if (attested.length === 0) return
  await db
    .insertInto('witness')
    .values(attested.map(({ rkey }) => ({ record: rkey, did, witnessed_at: witnessedAt })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

import { AtollError } from '#common/errors/index.ts'
import { buildImportedMetadata, importedVersionRef } from '#common/imports/index.ts'
import { checkWitness, fetchWitnesses, type ProofSources, type Witnessed } from '#common/proof/index.ts'
import { app } from '#lexicons'
import type { OpenImport } from './import-store.ts'

/** A record to be written, and in which collection somebody has to stand behind it. */
interface ToProve {
  collection: string
  subject: Witnessed
}

/**
 * The person who approved the import stands behind each of these records: their repository says so, with proof. It is read
 * as a whole, and again only when something is asked for that was not in it then.
 * @param cids of the records
 * @throws AttestationsPending while the people PDS has not written them all; NotAttested, ProofFailed, ComponentUnavailable
 */
export async function proveAttested(open: OpenImport, cids: readonly string[], proofs: ProofSources): Promise<void> {
  if (cids.every((cid) => open.proven.has(cid))) return
  const collections = [app.npm.publish.attestation.main.$type, app.npm.org.approval.main.$type]
  const found = await fetchWitnesses(open.did, collections, proofs)
  for (const { collection, subject } of everythingOf(open)) {
    const witness = found.get(collection)?.get(subject.cid)
    if (witness === undefined) continue
    const reason = checkWitness(collection, witness, subject)
    if (reason !== undefined) throw new AtollError('NotAttested', { subject: subject.uri, reason })
    open.proven.add(subject.cid)
  }
  const missing = cids.filter((cid) => !open.proven.has(cid)).length
  if (missing > 0) throw new AtollError('AttestationsPending', { missing })
}

/** Pure. */
function* everythingOf({ org, list, importedAt: createdAt }: OpenImport): Generator<ToProve> {
  for (const imported of list.packages) {
    const { name } = imported
    for (const one of imported.versions) {
      const { version, integrity } = one
      const subject = { ...importedVersionRef(org, imported, one), record: { name, version, integrity }, org }
      yield { collection: app.npm.publish.attestation.main.$type, subject }
    }
    for (const written of buildImportedMetadata({ org, createdAt }, imported)) {
      yield { collection: app.npm.org.approval.main.$type, subject: { ...written, org } }
    }
  }
}

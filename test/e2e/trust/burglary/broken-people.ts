import { buildAttestation } from '#common/operations/index.ts'
import { type BuiltRecord, buildRecord, type UnplacedRecord } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { app } from '#lexicons'
import type { OpenBox } from '#test/support/open-box.ts'
import type { DraftVersion } from './draft-version.ts'

/** What a broken people PDS can do at any time: write into anybody's repository, and the registry's. */
export async function peopleWrite(box: OpenBox, did: string, record: UnplacedRecord): Promise<void> {
  await box.parts.people.host.write(did, [{ action: 'put', ...record }], { by: 'nobody', procedure: 'none' })
}

/** An attestation as the approval page would have written it. */
export function attestationOf(draft: DraftVersion): UnplacedRecord {
  return buildAttestation({ ...draft, method: 'mfa' })
}

/** A person's approval of any record of an organisation. */
export function approvalOf(org: string, { uri, cid }: BuiltRecord): UnplacedRecord {
  const fields = { org, subject: { uri, cid }, createdAt: new Date().toISOString() }
  return buildRecord({ schema: app.npm.org.approval.main, rkey: cid, fields }, invalid)
}

/** What the registry says about an organisation. */
export function registrationOf(org: string, managers: readonly string[]): UnplacedRecord {
  const fields = { org, managers: [...managers], createdAt: new Date().toISOString() }
  return buildRecord({ schema: app.npm.registry.org.main, rkey: org, fields }, invalid)
}

/** A JWT for the org PDS with the key of somebody's DID, which the people PDS holds. */
export async function tokenOf(box: OpenBox, did: string, method: string, op: Uint8Array): Promise<string> {
  const { people, network } = box.parts
  return signServiceToken(await people.host.signerFor(did), {
    issuer: did,
    audience: network.peers.org.did,
    method,
    op,
  })
}

const invalid = (reason: string) => new Error(reason)

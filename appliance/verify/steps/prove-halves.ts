import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, versionKey } from '#common/names/index.ts'
import { proveVersion } from '#common/proof/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/**
 * Both halves of an internal version: its record in the organisation's repository, and the attestation of it in another
 * repository on another host, each proven by signatures from the operation log of its account on. The registry says only where
 * to look for the attestation.
 */
export async function proveHalves(context: VerifyContext): Promise<void> {
  const { client, locked, org, sources, anchors } = context
  if (org === undefined) return
  const { name } = parsePackageName(locked.name)
  const { version } = locked
  const viewer = anchors.registryDid as DidString
  const said = await client.query(app.npm.registry.getVersion, { org: org as DidString, name, version, viewer })
  // Also of a name that has moved since: lockfiles outlive that.
  if (said.verdict.kind !== 'allow') throw new Failed('not-allowed', said.verdict.reason ?? said.verdict.kind)
  if (said.attestedBy === undefined) throw new Failed('not-proven', 'nobody attests it')
  try {
    const { attestedBy } = said
    const { record, cid, attestation } = await proveVersion({ org, name, version, attestedBy }, sources)
    context.published = record.integrity
    const uri = recordUri(org, app.npm.package.version.$nsid, versionKey(name, version))
    context.proven = { uri, cid, attestedBy, attestation: attestation.record }
  } catch (error) {
    if (!(error instanceof AtollError) || !['ProofFailed', 'IdentityInvalid'].includes(error.code)) throw error
    throw new Failed('not-proven', String(error.details['reason'] ?? error.message))
  }
}

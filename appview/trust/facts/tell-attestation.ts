import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { stanceBy, type Teller } from '../trust-fact.ts'

/** The person's half: who says that they made exactly this record, and how they said it. */
export const tellAttestation: Teller = (told) => {
  const { facts } = told.known
  if (facts.source !== 'internal') return []
  const { judgement, attestations, cid } = facts
  if (judgement?.versionCid !== cid) {
    const who = attestations === 0 ? 'Nobody' : 'Nobody who may publish this package'
    return [{ fact: 'attestation', stance: 'against', says: `${who} attests that they made it.` }]
  }
  const { attestedBy, handle = attestedBy, attestationCid, method, at } = judgement
  // An attestation's key is the CID of what it attests.
  const uri = recordUri(attestedBy, app.npm.publish.attestation.$nsid, cid)
  const how = method === undefined ? ', and took that back since' : ` (${ways[method] ?? method})`
  return [
    {
      fact: 'attestation',
      stance: stanceBy(told, ['attested-by-permitted', 'ci-only'], method === undefined ? 'neutral' : 'for'),
      says: `${handle}, who was permitted to publish it, attests to have made exactly this record${how}.`,
      by: attestedBy,
      at: at.toISOString(),
      ...(method === undefined ? {} : { proof: { uri, cid: attestationCid } }),
    },
  ]
}

const ways: Record<string, string> = {
  mfa: 'with a second factor',
  ci: 'from a CI job',
  import: 'taken over from elsewhere',
}

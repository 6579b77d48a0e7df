import type { VerifiedIdToken } from '#common/ceremony/index.ts'
import { countsStill, groupKey, readGroups } from '#common/groups/index.ts'
import { fetchRecordProof, type ProofSources } from '#common/proof/index.ts'
import { app } from '#lexicons'

/**
 * In which groups the person is who has an operation executed. Their identity provider says so in the ID token of this very
 * operation, so nobody else can put them into one. Where it says nothing (too many groups for a token, no such claim), it is
 * what it said last, as it stands in the person's own repository on the people PDS.
 * @returns keys of groups
 * @throws ProofFailed, ComponentUnavailable
 */
export async function callerGroups(
  did: string,
  { claims, idp }: VerifiedIdToken,
  sources: ProofSources & { clock: NonNullable<ProofSources['clock']> },
): Promise<ReadonlySet<string>> {
  const { issuer, groups } = idp
  if (groups === undefined) return new Set()
  const said = readGroups(claims, groups.claim)
  if (said.kind === 'said') return new Set(said.ids.map((id) => groupKey({ issuer, id })))
  const { main } = app.npm.org.membership
  const proof = await fetchRecordProof({ did, role: 'people', collection: main.$type, rkey: 'self' }, sources)
  const membership = proof === undefined ? undefined : main.safeParse(proof.record)
  if (membership?.success !== true) return new Set()
  // Of this provider, too: no other is given to go by.
  return new Set(countsStill(membership.value, [idp], sources.clock.now()) ? membership.value.groups : [])
}

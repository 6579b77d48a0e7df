import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { type ClaimedRight, proveEntitlement as prove, readAttestation } from '#common/proof/entitlement/index.ts'
import { app } from '#lexicons'
import { Failed, Unshown } from '../outcome.ts'
import type { ProvenHalves, VerifyContext } from './context.ts'

/**
 * That who attested an internal version was given the right to, by approvals that lead up to the managers the registry's own repository
 * names. The registry says which rights those are. It can say that there is nothing to show, and whoever broke it would: so that
 * fails, too, unless exactly this record is among the anchors as one in which it is believed, or its whole organisation is.
 */
export async function proveEntitlement(context: VerifyContext): Promise<void> {
  const { org, proven } = context
  if (org === undefined || proven === undefined) return
  try {
    await proveShown(context, org, proven)
  } catch (error) {
    const reason = reasonUnshown(error)
    if (reason === undefined) throw error
    believe(context, org, proven, reason)
  }
}

async function proveShown({ client, anchors, locked, evidence }: VerifyContext, org: string, proven: ProvenHalves) {
  const { name } = parsePackageName(locked.name)
  const asked = { org: org as DidString, name, version: locked.version, viewer: anchors.registryDid as DidString }
  const { rights, memberships = [], unshown } = await client.query(app.npm.registry.getEntitlement, asked)
  if (rights === undefined) throw new NothingShown(unshown ?? 'the registry shows nothing')
  try {
    const claim = { org, registry: anchors.registryDid, rights: rights as ClaimedRight[], memberships }
    const attested = readAttestation(proven.attestedBy, proven.attestation)
    await prove({ ...claim, attested }, (wanted) => evidence.prove(wanted, proven.uri))
  } catch (error) {
    if (!(error instanceof AtollError) || !['ProofFailed', 'IdentityInvalid'].includes(error.code)) throw error
    throw new Failed('not-entitled', String(error.details['reason'] ?? error.message))
  }
}

class NothingShown extends Error {}

/** @returns undefined for what is no answer, or a wrong one */
function reasonUnshown(error: unknown): string | undefined {
  if (error instanceof NothingShown) return error.message
  const closed = ['NotFound', 'TokenTooNarrow', 'ProofNamesOthers']
  return error instanceof AtollError && closed.includes(error.code) ? error.message : undefined
}

function believe(context: VerifyContext, org: string, { cid, attestedBy }: ProvenHalves, reason: string): void {
  const { anchors, locked, warnings } = context
  const isPinned = anchors.believed?.some((pinned) => pinned.record === cid && pinned.attestedBy === attestedBy)
  const isOfBelieved = anchors.orgs.some(({ did, rights }) => did === org && rights === 'believed')
  if (isPinned !== true && !isOfBelieved) {
    const believable = { package: locked.name, version: locked.version, record: cid, attestedBy }
    throw new Unshown(reason, believable)
  }
  context.believed = true
  warnings.push({ rule: 'entitlement-believed', reason })
}

import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { proveParties as prove } from '#common/proof/public/index.ts'
import { app } from '#lexicons'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/**
 * Who stands for a public version beside its account. Where that lists publishers, one of them has to attest exactly this record; the registry
 * says only whom to ask first. Where it lists none, the version has one party, and that is said.
 */
export async function proveParties(context: VerifyContext): Promise<void> {
  const { account: did, inPublic, outside, warnings } = context
  if (did === undefined || inPublic === undefined) return
  const hint = await hintOf(context)
  const parties = await prove(did, inPublic, hint, outside).catch((error: unknown) => {
    throw explain(error)
  })
  if (parties.kind === 'two') return
  if (parties.kind === 'single') {
    warnings.push({ rule: 'single-party', reason: `nobody but ${did} stands for it` })
    return
  }
  if (hint !== undefined && !parties.listed.includes(hint))
    throw new Failed('not-listed', `${hint}, who is said to attest it, is not on the list of its organisation`)
  throw new Failed('not-attested', parties.reason)
}

/** @returns undefined when the registry does not say */
async function hintOf({ client, locked, anchors }: VerifyContext): Promise<string | undefined> {
  const { name, version } = locked
  try {
    // Whoever asks is known by the token; the parameter is there for components.
    const viewer = anchors.registryDid as DidString
    const { facts } = await client.query(app.npm.registry.getTrust, { name, version, viewer })
    return facts.find(({ fact, proof }) => fact === 'parties' && proof !== undefined)?.by
  } catch (error) {
    // The name may mean something else today.
    if (error instanceof AtollError && error.code === 'NotFound') return undefined
    throw error
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof AtollError) || !['ProofFailed', 'IdentityInvalid'].includes(error.code)) return error
  return new Failed('not-proven', String(error.details['reason'] ?? error.message))
}

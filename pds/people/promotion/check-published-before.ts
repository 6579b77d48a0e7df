import { AtollError } from '#common/errors/index.ts'
import { type AttestedBeside, kindOf } from '#common/operations/index.ts'
import type { Operation } from '#common/records/index.ts'
import { app } from '#lexicons'
import { findWitness } from '../attest/index.ts'
import type { PeopleContext } from '../context.ts'

/**
 * Whoever approves a promotion attests its versions. Only what somebody else attested before: a page about making versions public must
 * not be a way to have another version installed inside.
 * @throws InvalidOperation
 */
export async function checkPublishedBefore(
  people: Pick<PeopleContext, 'db' | 'host'>,
  { org, procedure, input }: Operation,
): Promise<void> {
  const kind = kindOf(procedure)
  for (const version of kind.attests?.(org, kind.parseInput(input)) ?? []) {
    if (await isAttested(people, version)) continue
    const reason = `nobody has published ${version.name}@${version.version} as it says`
    throw new AtollError('InvalidOperation', { reason })
  }
}

async function isAttested(
  people: Pick<PeopleContext, 'db' | 'host'>,
  { org, name, version, cid, integrity }: AttestedBeside,
): Promise<boolean> {
  const { main } = app.npm.publish.attestation
  const witness = await findWitness(people, cid)
  const found = witness && (await people.host.findRecord(witness.did, main.$type, cid))
  const parsed = found && main.safeParse(found.record)
  if (parsed?.success !== true) return false
  const said = parsed.value
  return said.org === org && said.name === name && said.version === version && said.integrity === integrity
}

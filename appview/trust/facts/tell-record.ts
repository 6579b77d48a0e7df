import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { Teller } from '../trust-fact.ts'

/** The organisation's half: the record that says what the version is. */
export const tellRecord: Teller = ({ known: { facts, org } }) => {
  if (facts.source !== 'internal' || org === undefined) return []
  const uri = recordUri(org, app.npm.package.version.$nsid, versionKey(facts.name, facts.version))
  const says = "It is a signed record in its organisation's repository."
  return [{ fact: 'record', stance: 'for', says, by: org, proof: { uri, cid: facts.cid } }]
}

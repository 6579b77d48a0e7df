import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { stanceBy, type Teller, type TrustFact } from '../trust-fact.ts'

type Told = Parameters<Teller>[0]
type InPublic = NonNullable<Told['known']['facts']['inPublic']>

/** Of a version of the public network: the record that says what it is, and who besides its own account stands for it. */
export const tellPublic: Teller = (told) => {
  const { facts } = told.known
  const { inPublic } = facts
  if (inPublic === undefined) return []
  const uri = recordUri(inPublic.did, app.npm.package.version.$nsid, versionKey(facts.name, facts.version))
  const says = 'It is a signed record in the public repository of its account.'
  const { did: by, cid } = inPublic
  return [
    ...(cid === undefined ? [] : [{ fact: 'record', stance: 'for', says, by, proof: { uri, cid } } as const]),
    tellParties(told, inPublic),
    ...tellTampered(inPublic),
  ]
}

function tellParties(told: Told, { parties, attested, cid }: InPublic): TrustFact {
  const fact = 'parties'
  if (parties === 'one') {
    const says = 'Single-party: its account alone stands for it.'
    return { fact, stance: stanceBy(told, ['single-party'], 'neutral'), says }
  }
  if (attested === undefined) {
    return { fact, stance: 'against', says: 'Nobody whom its organisation lists as a publisher attests it.' }
  }
  const { by, listedAt, judgedAt } = attested
  const says = `Two-party: ${by}, whom its organisation lists since ${listedAt.toISOString().slice(0, 10)} at the latest, attests exactly this record.`
  return {
    ...{ fact, stance: stanceBy(told, ['listed-publisher'], 'for'), says, by, at: judgedAt.toISOString() },
    ...(cid === undefined
      ? {}
      : { proof: { uri: recordUri(by, app.npm.publish.attestation.$nsid, cid), cid: attested.cid } }),
  }
}

function tellTampered({ tampered }: InPublic): TrustFact[] {
  const says = 'Its record was changed after it was first seen here.'
  return tampered ? [{ fact: 'tampering', stance: 'against', says }] : []
}

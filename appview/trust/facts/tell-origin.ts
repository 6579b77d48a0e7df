import { stanceBy, type Teller, type TrustFact } from '../trust-fact.ts'

/** What is asked of packages from elsewhere alone: their licence, their name, and whether they are in use here. */
export const tellOrigin: Teller = (told) => {
  const { facts } = told.known
  if (facts.source === 'internal') return []
  const { licence, looksLike, neverUsed } = facts
  const terms = licence === undefined ? 'Its manifest names no licence.' : `Its licence is ${licence}.`
  return [
    { fact: 'licence', stance: stanceBy(told, ['licence'], 'neutral'), says: terms },
    ...(looksLike === undefined ? [] : [alike(looksLike, told)]),
    ...(neverUsed === true ? [unused(told)] : []),
  ]
}

function alike(own: string, told: Parameters<Teller>[0]): TrustFact {
  const says = `Its name could be taken for ${own}, which is one of ours.`
  return { fact: 'look-alike', stance: stanceBy(told, ['look-alike'], 'against'), says }
}

function unused(told: Parameters<Teller>[0]): TrustFact {
  const says = 'Nobody here ever used any version of the package.'
  return { fact: 'first-use', stance: stanceBy(told, ['first-use'], 'neutral'), says }
}

import type { Trait } from '../../verdict/index.ts'
import { stanceBy, type Teller, type TrustFact } from '../trust-fact.ts'

/** What runs on installation, and what it has that the version before it had not. */
export const tellAdditions: Teller = (told) => {
  const { traits, version } = told.known.facts
  const added = traits.filter(({ by, first }) => by === version && !first)
  const isFirst = traits.some(({ by, first }) => by === version && first)
  return [...runs(traits, told), ...(added.length > 0 ? additions(added, told) : [nothing(isFirst)])]
}

function runs(traits: readonly Trait[], told: Parameters<Teller>[0]): TrustFact[] {
  const scripts = traits.filter(({ check }) => check === 'install-scripts').map(({ what }) => what)
  if (scripts.length === 0) return [{ fact: 'scripts', stance: 'for', says: 'Nothing runs on installation.' }]
  const names = scripts.map((what) => (what === '?' ? 'which one, its metadata does not say' : what)).join(', ')
  const stance = stanceBy(told, ['install-scripts'], 'neutral')
  return [{ fact: 'scripts', stance, says: `It runs scripts on installation: ${names}.` }]
}

function additions(added: readonly Trait[], told: Parameters<Teller>[0]): TrustFact[] {
  return added.map((trait) => ({
    fact: 'added',
    stance: trait.released ? 'neutral' : stanceBy(told, [trait.check], 'neutral'),
    says: `${sentence(trait)}${trait.released ? ' Somebody entitled to it lets it.' : ''}`,
    at: trait.at.toISOString(),
  }))
}

function nothing(isFirst: boolean): TrustFact {
  return isFirst
    ? {
        fact: 'added',
        stance: 'neutral',
        says: 'It is the first version known here: there is none to compare it with.',
      }
    : { fact: 'added', stance: 'for', says: 'It adds nothing that would matter to the version before it.' }
}

function sentence({ check, what }: Trait): string {
  if (check === 'lost-provenance') return 'It has no provenance; the version before had.'
  if (check === 'new-publisher') return `${what} published it, who had published no version before.`
  const kinds: Partial<Record<Trait['check'], string>> = {
    'install-scripts': 'script on installation',
    'native-build': 'native build',
    binaries: 'command',
    dependencies: 'dependency',
  }
  return `It adds a ${kinds[check] ?? check} to the version before: ${what}.`
}

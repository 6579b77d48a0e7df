import type { AdditionCheck } from '#common/policy/index.ts'
import type { Check } from '../check.ts'
import { holdFor, type NewTrait, newTraits } from '../new-traits.ts'

/** Nothing was added that policy holds for: see `holdAdded`. A first version adds nothing. */
function added(name: AdditionCheck, say: (trait: NewTrait) => string): Check {
  return {
    name,
    look(facts, policy) {
      if (!policy[facts.source].holdAdded.includes(name)) return undefined
      const own = facts.traits.filter(({ check }) => check === name)
      return holdFor(newTraits(own, facts, policy, { firstToo: false }), say)
    },
  }
}

export const addedNativeBuild = added('native-build', ({ by }) => `it compiles native code on installation since ${by}`)

export const addedBinaries = added('binaries', ({ what, by }) => `it installs the command ${what} since ${by}`)

export const addedDependencies = added('dependencies', ({ what, by }) => `it depends on ${what} since ${by}`)

export const addedPublisher = added(
  'new-publisher',
  ({ what, by }) => `${what}, who published it, had published no version before ${by}`,
)

export const lostProvenance = added(
  'lost-provenance',
  ({ by }) => `it has no provenance, which versions had before ${by}`,
)

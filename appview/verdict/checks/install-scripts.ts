import type { Check } from '../check.ts'
import { holdFor, newTraits } from '../new-traits.ts'

/**
 * Nothing runs on installation that policy has not let run: no script at all, or none that this version, or one shortly before it,
 * brought or changed. A first version brings what it has.
 */
export const installScripts: Check = {
  name: 'install-scripts',
  look(facts, policy) {
    const mode = policy[facts.source].installScripts
    const scripts = facts.traits.filter(({ check }) => check === 'install-scripts')
    if (mode === 'allow' || scripts.length === 0) return undefined
    if (mode === 'deny') {
      const names = scripts.map(({ what }) => what).join(', ')
      const reason = `it runs scripts on installation (${names.replace('?', 'not told which')}), which policy denies`
      return { kind: 'block', reason, remedy: 'install a version without' }
    }
    const found = newTraits(scripts, facts, policy, { firstToo: true })
    return holdFor(found, ({ what, by }) => `it runs a new script on installation: ${named(what)}, since ${by}`)
  },
}

function named(script: string): string {
  return script === '?' ? 'which one, its metadata does not say' : script
}

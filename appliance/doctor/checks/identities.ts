import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, fail } = about('identities')

/** The operation logs of the registry and of each organisation verify from their beginning. */
export const checkIdentities: Check = ({ identities }) => {
  if (identities === undefined) return []
  const broken = identities.filter(({ problem }) => problem !== undefined)
  if (broken.length === 0) return [ok(`the logs of ${identities.length} verify`)]
  return broken.map(({ name, did, problem }) =>
    fail(`${name} (${did}): ${problem}`, 'restore the directory from its backup: nobody trusts what does not verify'),
  )
}

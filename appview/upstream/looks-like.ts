import { distance } from 'fastest-levenshtein'
import type { PackageName } from '#common/names/index.ts'
import type { OwnNames } from './own-names.ts'

/** Of shorter names too many are one letter apart by chance. */
const shortest = 4

/** Which of our own names a name from outside could be taken for. @returns undefined when none */
export function looksLike(asked: Pick<PackageName, 'exact' | 'scope'>, own: OwnNames): string | undefined {
  const { exact, scope } = asked
  const scopeAsked = scope === undefined ? undefined : exact.slice(1, exact.indexOf('/'))
  const similar = own.scopes.find((one) => scopeAsked !== undefined && isAlmost(scopeAsked, one))
  return similar === undefined ? own.packages.find((one) => isAlmost(exact, one)) : `@${similar}`
}

function isAlmost(asked: string, own: string): boolean {
  if (asked.toLowerCase() === own) return false
  if (skeletonOf(asked) === skeletonOf(own)) return true
  return Math.min(asked.length, own.length) >= shortest && distance(asked.toLowerCase(), own) === 1
}

/** UTS 39, section 4, of what ASCII has of its confusables.txt; names are compared in lower case, so 0 is o here and not O. */
function skeletonOf(name: string): string {
  return name.replaceAll('I', 'l').toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o').replaceAll('m', 'rn')
}

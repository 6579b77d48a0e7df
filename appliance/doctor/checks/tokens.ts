import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn } = about('tokens')

/** A CI that cannot install on Monday is better known on Friday. */
export const checkTokens: Check = ({ status: { figures } }) => {
  const expiring = figures.find(({ component, figure }) => component === 'gateway' && figure === 'tokens.expiring')
  if (expiring === undefined) return []
  if (expiring.value === 0) return [ok('none ends within two weeks')]
  return [warn(`${expiring.value} end within two weeks`, '"atoll token list" shows yours, with --org those of CI')]
}

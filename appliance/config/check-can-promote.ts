import type { Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/** @throws SettingsError when something is to be made public, and nowhere is said where */
export function checkCanPromote({ promotion, publicNetwork }: Pick<Settings, 'promotion' | 'publicNetwork'>): void {
  if (promotion === undefined || publicNetwork !== undefined) return
  throw new SettingsError(
    'promotion needs publicNetwork: "atoll config check" says more, docs/promotion.md shows both.',
  )
}

import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const settings = about('settings')

/** What `atoll config check` says. */
export const checkSettingsGood: Check = ({ settings: found }) => {
  if (found.length === 0) return [settings.ok('nothing is wrong with them')]
  return found.map(({ level, setting, problem }) =>
    settings[level](
      `${setting} ${problem}`,
      'change atoll.yaml; "atoll config show --sources" says where it comes from',
    ),
  )
}

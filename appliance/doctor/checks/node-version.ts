import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, fail } = about('node')
const oldestMajor = 24

/** TypeScript is run as it is, and the code uses what Node 24 brought. */
export const checkNodeVersion: Check = ({ nodeVersion }) => {
  if (Number(nodeVersion.split('.')[0]) >= oldestMajor) return [ok(`Node ${nodeVersion}`)]
  return [fail(`Node ${nodeVersion} is too old`, `install Node ${oldestMajor} or newer, or start by "npm start"`)]
}

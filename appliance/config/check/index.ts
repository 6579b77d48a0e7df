export { checkSettings } from './check-settings.ts'
export type { Checked, Finding } from './finding.ts'

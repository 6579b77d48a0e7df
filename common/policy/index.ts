export {
  type AdditionCheck,
  additionChecks,
  type CheckName,
  isWaivable,
  type StrictCheck,
  strictChecks,
  type WaivableCheck,
  waivableChecks,
} from './check-names.ts'
export { durationMs, durationSchema } from './duration.ts'
export type { LicenceRules } from './licence-rules.ts'
export { type Policy, type PolicySource, policySchema, policySources } from './policy.ts'
export { layOverPreset, type PresetName, presetNames, presets } from './presets.ts'
export { refusalOf, type ToldVerdict } from './refusal.ts'
export type { SourceRules } from './source-rules.ts'

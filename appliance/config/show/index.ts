export { type EffectiveSetting, effectiveSettings } from './effective-settings.ts'

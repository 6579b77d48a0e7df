export { digestsOf } from './digests-of.ts'
export { type EffectivePurge, listEffective } from './effective-purges.ts'
export { forgetAttestations, forgetFiles } from './forget-files.ts'
export { purgesOf } from './purges-of.ts'

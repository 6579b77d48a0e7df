export { type EffectiveException, effectiveExceptions } from './effective-exceptions.ts'
export { covers, exceptionsOf } from './exceptions-of.ts'

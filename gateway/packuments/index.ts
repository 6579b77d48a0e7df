export { Packument, type PackumentForm, type PackumentJson } from './packument.ts'
export { Packuments } from './packuments.ts'

export { chooseForm, isNotModified } from './negotiate.ts'
export { Packument, type PackumentForm, type PackumentJson } from './packument.ts'
export { Packuments } from './packuments.ts'
export { sendPackument } from './send-packument.ts'

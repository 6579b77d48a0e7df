export { breakGlass } from './break-glass.ts'
export { endBreakGlass } from './end-break-glass.ts'
export { activeGrants, type BreakGlassGrant, listGrants } from './grants.ts'
export { keepMending } from './mend.ts'

export { embedPds, type PdsContext } from './embed-pds.ts'

export { type EmbedSettings, embedPds, type PdsContext } from './embed-pds.ts'

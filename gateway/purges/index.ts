export { type PurgedPlace, PurgeKeeper } from './purge-keeper.ts'
export { purgedFiles } from './purged-files.ts'
export { purgedStages } from './purged-stages.ts'

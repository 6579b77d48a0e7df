export { type Comparison, compareWithBase, type VersionChanges } from './compare-with-base.ts'
export { type Base, findBase } from './find-base.ts'
export { findTagMove, type TagMove } from './find-tag-move.ts'

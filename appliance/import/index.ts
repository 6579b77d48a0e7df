export {
  describeKeptTags,
  describeRefusals,
  describeTotals,
  type PlanTotals,
  planRows,
  planTotals,
} from './plan/describe-plan.ts'
export type { ImportPlan } from './plan/plan.ts'
export { type ImportRequest, planImport } from './plan-import.ts'
export { Progress, type ProgressStream } from './progress.ts'
export { type ApproveList, finishEarlier, importPlanned } from './run/run-import.ts'
export { NpmRegistry } from './sources/npm-registry.ts'
export type { Source } from './sources/source.ts'
export { VerdaccioStorage } from './sources/verdaccio-storage.ts'

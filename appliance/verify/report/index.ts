export { summarize, toRows } from './rows.ts'
export { toSarif } from './sarif.ts'

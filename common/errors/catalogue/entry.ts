/** What a message may say about the thing that went wrong. */
export type ErrorDetails = Record<string, string | number | boolean | undefined>

export interface Entry {
  /** HTTP status; for routes npm calls, the one npm expects. */
  status: number
  message: (p: ErrorDetails) => string
}
export type Entries = Record<string, Entry>

export const spec = (p: ErrorDetails) =>
  `${p['package'] ?? 'this package'}${p['version'] === undefined ? '' : `@${p['version']}`}`
export const because = (p: ErrorDetails) => (p['reason'] === undefined ? '' : `: ${p['reason']}`)

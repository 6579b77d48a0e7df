import type { WrittenRecord } from '#appliance/admin/index.ts'

/** Says that an operation was executed, and which record it wrote. */
export function printWritten(written: WrittenRecord, { json }: { json?: boolean }): void {
  const text = json === true ? JSON.stringify(written, null, 2) : `Done: ${written.uri} (${written.cid})`
  process.stdout.write(`${text}\n`)
}

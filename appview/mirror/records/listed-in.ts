import { decodeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'

/** Whom a record of publishers lists; nobody when it is malformed. */
export function listedIn(body: Uint8Array): string[] {
  const parsed = app.npm.org.publishers.$safeParse(decodeRecord(body))
  return parsed.success ? [...new Set(parsed.value.publishers)] : []
}

import { app } from '#lexicons'
import { readRecord } from './read-record.ts'

/** Whom a record of publishers lists; nobody when it is malformed. */
export function listedIn(body: Uint8Array): string[] {
  return [...new Set(readRecord(app.npm.org.publishers, body)?.publishers)]
}

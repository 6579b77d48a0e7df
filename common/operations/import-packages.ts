import { parseCid } from '@atproto/lex-data'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface ImportInput {
  /** CID of the import record. */
  record: string
  /** Where the versions come from. */
  source: string
  /** CID of the list as a blob. */
  list: string
  /** SRI of the list, sha512-…: it is parked under it. */
  integrity: string
  /** Bytes of the list. */
  listBytes: number
  packages: number
  versions: number
  /** Bytes of all tarballs together. */
  tarballBytes: number
  createdAt: string
}

/**
 * Thousands of versions that were published elsewhere, taken over with one approval: of the list that names each by its CID.
 * It writes the record of the import; the versions follow, held to the list.
 */
export const importPackages = defineKind<ImportInput>({
  procedure: app.npm.operation.import.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput: (input) => readInput(app.npm.operation.defs.importInput, input),
  packageOf: () => '*',
  draftRecord(org, { source, list, listBytes, packages, versions, tarballBytes, createdAt }) {
    const blob = { $type: 'blob' as const, ref: parseCid(list), mimeType: importListType, size: listBytes }
    const fields = { source, list: blob, packages, versions, tarballBytes, createdAt }
    return placeRecord(org, buildRecord({ schema: app.npm.org.import.main, rkey: list, fields }, refuseOperation))
  },
  summary: ({ source, packages, versions }) =>
    `import ${plural(versions, 'version')} of ${plural(packages, 'package')} from the ${source}`,
})

/** Of the list, as a blob of the organisation's repository. */
export const importListType = 'application/vnd.ipld.dag-cbor'

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

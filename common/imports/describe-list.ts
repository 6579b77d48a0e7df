import { createHash } from 'node:crypto'
import { AtollError } from '#common/errors/index.ts'
import type { ImportInput } from '#common/operations/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import { type ImportList, parseImportList } from './import-list.ts'
import { summarizeImport } from './summarize-import.ts'

/** All that an operation says of its list. */
export type ListDescription = Omit<ImportInput, 'record' | 'source' | 'createdAt'>

/** @throws InvalidOperation when the bytes are no list */
export function describeList(bytes: Uint8Array): ListDescription {
  const { packages, versions, tarballBytes } = summarizeImport(parseImportList(bytes))
  return {
    list: cidOfBlob(createHash('sha256').update(bytes).digest()),
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    listBytes: bytes.length,
    packages,
    versions,
    tarballBytes,
  }
}

/**
 * The list of an operation. Both PDSes read it for themselves, whoever brings it.
 * @throws InvalidOperation when it is another list than the one the operation names, or comes to other numbers
 */
export function readListOf(input: ImportInput, bytes: Uint8Array): ImportList {
  for (const [field, found] of Object.entries(describeList(bytes))) {
    const said = input[field as keyof ListDescription]
    if (said !== found) {
      throw new AtollError('InvalidOperation', { reason: `it says ${field} ${said}, and the list says ${found}` })
    }
  }
  return parseImportList(bytes)
}

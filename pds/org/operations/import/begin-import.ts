import { Readable } from 'node:stream'
import { importListType } from '#common/operations/index.ts'
import { required } from '../context.ts'
import type { ImportContext } from './context.ts'

/** Writes the import record with its list as a blob, and opens the import for the list's versions. */
export async function beginImport(context: ImportContext): Promise<void> {
  const { caller, input, kind, op, opened, operation, services } = context
  const { did } = required(caller, 'verifyCaller')
  const bytes = required(context.bytes, 'receiveList')
  const record = kind.recordOf(operation.org, input)
  const file = opened.use(await services.host.receiveUpload(Readable.from([bytes]), bytes.length))
  const blob = { path: file.path, cid: input.list, size: bytes.length, mimeType: importListType }
  const approval = { by: did, procedure: kind.procedure, op }
  // Before the record: the gateway takes the record's presence for the whole.
  await services.imports.open({
    record: record.cid,
    org: operation.org,
    did,
    groups: [...required(context.groups, 'checkMayPublish')],
    op,
    list: bytes,
    importedAt: input.createdAt,
  })
  await services.host.write(operation.org, [{ action: 'put', ...record }], approval, [blob])
}

import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import type { PurgeInput } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { OperationContext } from '../context.ts'
import { recordsOf } from '../records-of.ts'

/** Why something was purged, and who did, is not written over. Repeating exactly the same purge succeeds. @throws VersionPurged */
export async function checkIsFirst(context: OperationContext<PurgeInput>): Promise<void> {
  const { input, operation, services } = context
  const { name, versions } = input
  const written = new Set(recordsOf(context).map(({ cid }) => cid))
  for (const version of versions) {
    const { main } = app.npm.upstream.purge
    const found = await services.host.findRecord(operation.org, main.$type, versionKey(name, version))
    if (found === undefined || written.has(found.cid)) continue
    throw new AtollError('VersionPurged', { package: name, version, reason: String(found.record['reason']) })
  }
}

import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PublishContext } from './context.ts'

/** Where the version record is, or will be, and its CID. */
export function publishedVersion({ input, operation }: PublishContext): { uri: `at://${string}`; cid: string } {
  const { name, version, record } = input
  return { uri: recordUri(operation.org, app.npm.package.version.main.$type, versionKey(name, version)), cid: record }
}

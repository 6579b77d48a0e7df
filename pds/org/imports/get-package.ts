import type { RecordSchema } from '@atproto/lex-schema'
import { packageKey, parsePackageName } from '#common/names/index.ts'
import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'

const pageSize = 500

/** What is there of a package already, for whoever prepares an import; straight from the repository, not from an index. */
export function mountGetPackage(host: Pick<PdsHost, 'server' | 'auth' | 'listRecords'>): void {
  method(host.server, app.npm.operation.getPackage, {
    auth: peerAuthorizer(host.auth)(['appliance']),
    handler: async ({ params: { org, name } }) => {
      const prefix = `${packageKey(parsePackageName(name).name)}:`
      const versions: app.npm.operation.getPackage.Version[] = []
      for await (const { cid, value } of recordsBelow(host, { org, prefix }, app.npm.package.version.main)) {
        const { version, integrity, shasum } = value
        versions.push({ version, record: cid, integrity, shasum })
      }
      const tags: app.npm.operation.defs.ImportedTag[] = []
      for await (const { value } of recordsBelow(host, { org, prefix }, app.npm.package.tag.main)) {
        if (value.retired !== true) tags.push({ tag: value.tag, version: value.version })
      }
      const deprecations: app.npm.operation.defs.ImportedDeprecation[] = []
      for await (const { value } of recordsBelow(host, { org, prefix }, app.npm.package.deprecation.main)) {
        deprecations.push({ version: value.version, message: value.message })
      }
      return { versions, tags, deprecations }
    },
  })
}

/** The records of a collection whose keys begin with a prefix. */
async function* recordsBelow<Schema extends RecordSchema>(
  host: Pick<PdsHost, 'listRecords'>,
  { org, prefix }: { org: string; prefix: string },
  schema: Schema,
): AsyncGenerator<{ cid: string; value: Schema['__lex']['output'] }> {
  let after = prefix
  while (true) {
    const page = await host.listRecords(org, schema.$type, { limit: pageSize, after })
    for (const { rkey, cid, record } of page) {
      if (!rkey.startsWith(prefix)) return
      yield { cid, value: schema.parse(record) }
    }
    if (page.length < pageSize) return
    after = page.at(-1)?.rkey ?? after
  }
}

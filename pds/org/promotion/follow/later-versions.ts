import semver from 'semver'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { LaterVersion } from './turns.ts'

interface Wanted {
  /** DID. */
  org: string
  name: string
  /** Those that are public. */
  known: ReadonlySet<string>
  /** Those that were chosen: what is older than all of them was left out on purpose. */
  since: readonly { version: string }[]
}

const pageSize = 100

/** Versions that were published since a promotion, lowest first. */
export async function laterVersions(
  host: Pick<PdsHost, 'listRecords'>,
  { org, name, known, since }: Wanted,
): Promise<LaterVersion[]> {
  const { $nsid } = app.npm.package.version
  const prefix = versionKey(name, '')
  const [lowest = '0.0.0'] = semver.sort(since.map(({ version }) => version))
  const later: LaterVersion[] = []
  for (let after = prefix; ; ) {
    const page = await host.listRecords(org, $nsid, { limit: pageSize, after })
    for (const { rkey, cid } of page) {
      if (!rkey.startsWith(prefix)) break
      const version = rkey.slice(prefix.length)
      if (!known.has(version) && semver.gt(version, lowest)) later.push({ version, cid })
    }
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined || !last.rkey.startsWith(prefix)) break
    after = last.rkey
  }
  return later.sort((a, b) => semver.compare(a.version, b.version))
}

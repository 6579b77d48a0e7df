import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PolicyChange } from './policy.ts'

/** How much a version was downloaded in a while. */
export type VersionUse = Omit<app.npm.gateway.countDownloads.Use, 'package' | 'version'>

export interface UsedChange extends PolicyChange {
  /** Absent where nobody has downloaded it. */
  inUse?: VersionUse
}

export interface UsedChanges {
  changes: UsedChange[]
  /** For how long downloads are known. */
  keepDays: number
}

interface Wanted {
  /** Only downloads of so many days; all that are known when undefined. */
  days: number | undefined
  /** Is told how many more were looked up. */
  report: (count: number) => void
}

// What the gateway answers at once.
const pageSize = 25

/** Says of each change whether somebody here has that version. @throws ComponentUnavailable */
export async function addUses(
  gateway: Pick<PeerClient, 'call'>,
  changes: readonly PolicyChange[],
  { days, report }: Wanted,
): Promise<UsedChanges> {
  const uses = new Map<string, VersionUse>()
  let keepDays = 0
  for (const upstream of [false, true]) {
    const ofSource = changes.filter(({ source }) => (source === 'upstream') === upstream)
    for (let start = 0; start < ofSource.length; start += pageSize) {
      const page = ofSource.slice(start, start + pageSize)
      const params = { versions: page.map(specOf), upstream, ...(days === undefined ? {} : { days }) }
      const answer = await gateway.call(app.npm.gateway.countDownloads, { params })
      for (const { package: name, version, ...use } of answer.uses) uses.set(`${upstream} ${name}@${version}`, use)
      keepDays = answer.keepDays
      report(page.length)
    }
  }
  const found = changes.map((change): UsedChange => {
    const inUse = uses.get(`${change.source === 'upstream'} ${specOf(change)}`)
    return inUse === undefined ? change : { ...change, inUse }
  })
  return { changes: found, keepDays }
}

function specOf({ package: name, version }: PolicyChange): string {
  return `${name}@${version}`
}

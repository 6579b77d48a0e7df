import { readSettings } from '#appliance/config/index.ts'
import { demoPeople } from '#appliance/demo/idp/index.ts'
import { app } from '#lexicons'
import type { PromotingBox } from '../promoting-box.ts'
import type { Secrets } from './find-secrets.ts'
import { type InsideAccount, type InsideRecord, readInside } from './inside.ts'
import { animals, publicVersions, ui } from './private-life.ts'
import { inSettings } from './watched-box.ts'

/** What of the inside is public by a promotion; everything else is not. */
export interface Promoted {
  /** Of the organisation, and of who stands behind its versions. */
  handles: readonly string[]
}

export interface Inside extends Secrets {
  accounts: readonly InsideAccount[]
  records: readonly InsideRecord[]
  /** CIDs of blobs. */
  blobs: readonly string[]
}

const { record, tag, version } = app.npm.package
const key = ui.slice(1).replace('/', ':')

/**
 * Exactly what the promotion of a package publishes: its description, its two versions, and the tags that lead to them; and of people
 * their attestations of these versions.
 */
function isPromoted(
  promoted: Promoted,
  versions: ReadonlySet<string>,
  account: InsideAccount,
  each: InsideRecord,
): boolean {
  if (!promoted.handles.includes(account.handle)) return false
  if (each.collection === app.npm.publish.attestation.$nsid) return versions.has(each.rkey)
  const tags = ['latest'].map((name) => `${tag.$nsid}/${key}:${name}`)
  const said = publicVersions.map((number) => `${version.$nsid}/${key}:${number}`)
  return [`${record.$nsid}/${key}`, ...said, ...tags].includes(`${each.collection}/${each.rkey}`)
}

/** Everything that is inside and not promoted. */
export async function secretsOf({ box }: PromotingBox, promoted: Promoted): Promise<Inside> {
  const { network, accounts } = await readInside(box.dataDir)
  const { ports } = await readSettings({ cwd: box.folder, env: box.env })
  const all = accounts.flatMap((account) => account.records.map((each) => ({ account, each })))
  const versions = new Set(
    all
      .filter(({ each }) => each.collection === version.$nsid)
      .filter(({ each }) => publicVersions.some((number) => each.rkey === `${key}:${number}`))
      .map(({ each }) => each.cid),
  )
  const isPublic = ({ account, each }: (typeof all)[number]) => isPromoted(promoted, versions, account, each)
  const shown = all.filter(isPublic).map(({ each }) => each)
  const hidden = all.filter((each) => !isPublic(each)).map(({ each }) => each)
  const known = new Set(shown.flatMap(({ cid, links, digests }) => [cid, ...links, ...digests]))
  const strangers = accounts.filter(({ handle }) => !promoted.handles.includes(handle))
  const exact = new Set([
    ...strangers.map(({ did }) => did),
    ...accounts.flatMap(({ keys, commit }) => [...keys, commit]),
    // Part of a tree in which everything is public is the same on both sides, and says no more than that.
    ...accounts
      .flatMap(({ nodes }) => nodes.filter(({ holds }) => !holds.every((cid) => known.has(cid))))
      .map(({ cid }) => cid),
    ...hidden.flatMap(({ cid, links, digests }) => [cid, ...links, ...digests]),
    ...Object.values(network.peers).map(({ key: own }) => own),
  ])
  for (const each of known) exact.delete(each)
  const people = demoPeople.flatMap(({ username, name }) => [name, `${username}@acme.test`])
  const hosts = Object.values(ports).flatMap((port) => [`localhost:${port}`, `127.0.0.1:${port}`])
  return {
    accounts,
    records: hidden,
    blobs: [...new Set(hidden.flatMap(({ links }) => links))].filter(
      (cid) => cid.startsWith('bafkrei') && exact.has(cid),
    ),
    exact,
    words: [
      ...Object.values(animals),
      ...[...inSettings, network.marker, box.folder, ...people, ...hosts],
      ...strangers.map(({ handle }) => handle),
    ],
  }
}

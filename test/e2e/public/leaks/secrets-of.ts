import { readSettings } from '#appliance/config/index.ts'
import { demoPeople } from '#appliance/demo/idp/index.ts'
import { app } from '#lexicons'
import type { PromotingBox } from '../promoting-box.ts'
import type { Secrets } from './find-secrets.ts'
import { type InsideAccount, type InsideRecord, readInside } from './inside.ts'
import { animals } from './private-life.ts'
import { inSettings } from './watched-box.ts'

/** What of the inside is public by promotions; everything else is not. */
export interface Promoted {
  packages: readonly PromotedPackage[]
  /** Handle → versions (`name@version`) whose attestations of theirs are public; undefined: they are not. */
  attested(handle: string): readonly string[] | undefined
}

/** What is public of a package as it is inside. */
export interface PromotedPackage {
  name: string
  versions: readonly string[]
  /** Those that lead to public versions. */
  tags: readonly string[]
  deprecations?: readonly string[]
  retirements?: readonly string[]
  /** What it is said to be inside today. */
  isDescribed: boolean
}

export interface Inside extends Secrets {
  accounts: readonly InsideAccount[]
  records: readonly InsideRecord[]
  /** CIDs of blobs. */
  blobs: readonly string[]
}

const { deprecation, record, retirement, tag, version } = app.npm.package

/**
 * Exactly what promotions publish: of packages what they are said to be, versions, what is said of these, and the tags that lead to them; and
 * of who stands behind a version in public their attestation of it.
 */
function publicKeys({ packages }: Promoted): Set<string> {
  const keysOf = ({ name, versions, deprecations = [], retirements = [], isDescribed }: PromotedPackage) => {
    const key = keyOf(name)
    const of = (collection: string, which: readonly string[]) => which.map((each) => `${collection}/${key}:${each}`)
    return [
      ...(isDescribed ? [`${record.$nsid}/${key}`] : []),
      ...of(version.$nsid, versions),
      ...of(deprecation.$nsid, deprecations),
      ...of(retirement.$nsid, retirements),
    ]
  }
  return new Set(packages.flatMap(keysOf))
}

/** A tag that leads elsewhere inside is written anew outside. */
function isPublicTag({ packages }: Promoted, each: InsideRecord): boolean {
  if (each.collection !== tag.$nsid || each.version === undefined) return false
  const { version: leadsTo, rkey } = each
  return packages.some(
    ({ name, tags, versions }) =>
      versions.includes(leadsTo) && tags.some((tagged) => rkey === `${keyOf(name)}:${tagged}`),
  )
}

function keyOf(name: string): string {
  return name.slice(1).replace('/', ':')
}

/** Everything that is inside and not promoted. @param others words that are none of the public's business, either */
export async function secretsOf({ box }: PromotingBox, promoted: Promoted, others: readonly string[]): Promise<Inside> {
  const { network, accounts } = await readInside(box.dataDir)
  const { ports } = await readSettings({ cwd: box.folder, env: box.env })
  const all = accounts.flatMap((account) => account.records.map((each) => ({ account, each })))
  const keys = publicKeys(promoted)
  const cids = new Map(
    all.flatMap(({ each: { collection, rkey, cid } }) => (collection === version.$nsid ? [[rkey, cid]] : [])),
  )
  const cidOf = (spec: string) => cids.get(`${keyOf(spec.slice(0, spec.lastIndexOf('@')))}:${spec.split('@').at(-1)}`)
  const isPublic = ({ account: { handle }, each }: (typeof all)[number]) => {
    const attested = promoted.attested(handle)
    if (attested === undefined) return false
    if (each.collection === app.npm.publish.attestation.$nsid) return attested.some((spec) => cidOf(spec) === each.rkey)
    return keys.has(`${each.collection}/${each.rkey}`) || isPublicTag(promoted, each)
  }
  const shown = all.filter(isPublic).map(({ each }) => each)
  const hidden = all.filter((each) => !isPublic(each)).map(({ each }) => each)
  const known = new Set(shown.flatMap(({ cid, links, digests }) => [cid, ...links, ...digests]))
  const strangers = accounts.filter(({ handle }) => promoted.attested(handle) === undefined)
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
      ...others,
      ...[...inSettings, network.marker, box.folder, ...people, ...hosts],
      ...strangers.map(({ handle }) => handle),
    ],
  }
}

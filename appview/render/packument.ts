import { createHash } from 'node:crypto'
import semver from 'semver'
import { tarballFile, versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type KnownVersion, publishedAt } from '../verdict/index.ts'
import { chooseTags } from './choose-tags.ts'
import { describingFields, installFields, type Manifest, pick, withInstallScript } from './manifest-fields.ts'
import { normaliseManifest } from './normalise-manifest.ts'

export interface PackageFacts {
  org: string
  name: string
  /** Only what may be installed. */
  allowed: readonly KnownVersion[]
  /** What was withdrawn: of it only the time stays, as on npm's own registry. */
  retired: readonly KnownVersion[]
  tags: ReadonlyMap<string, string>
  maintainers: readonly Manifest[]
  gatewayUrl: string
}

export interface Packuments {
  full: Manifest
  abbreviated: Manifest
}

/** Both forms of a private package's packument. @returns undefined when nothing of it may be installed */
export function renderPackuments(facts: PackageFacts): Packuments | undefined {
  if (facts.allowed.length === 0) return undefined
  const versions = facts.allowed
    .toSorted((a, b) => semver.compare(a.row.version, b.row.version))
    .map((known) => ({ known, manifest: versionDocument(known, facts) }))
  const times = timesOf([...facts.allowed, ...facts.retired])
  const distTags = chooseTags(
    facts.tags,
    versions.map(({ known }) => known.row.version),
  )
  const latest = versions.find(({ known }) => known.row.version === distTags['latest'])?.manifest ?? {}
  const byVersion = (fields: readonly string[]) =>
    Object.fromEntries(versions.map(({ known, manifest }) => [known.row.version, pick(manifest, fields)]))
  return {
    full: withRevision({
      _id: facts.name,
      name: facts.name,
      ...pick(latest, ['description', 'keywords', 'license', 'author', 'homepage', 'repository', 'bugs']),
      maintainers: facts.maintainers,
      'dist-tags': distTags,
      versions: byVersion(fullFields),
      time: times,
    }),
    abbreviated: {
      name: facts.name,
      modified: times['modified'],
      'dist-tags': distTags,
      versions: byVersion(shortFields),
    },
  }
}

/**
 * npm names the revision it read when it changes a document, as CouchDB once wanted it. `npm owner` takes it from the document
 * that everybody reads, so it is in there always.
 */
function withRevision(document: Manifest): Manifest {
  const digest = createHash('md5').update(JSON.stringify(document)).digest('hex')
  return { _id: document['_id'], _rev: `1-${digest}`, ...document }
}

const fullFields = [...installFields, ...describingFields, '_id', '_npmUser', 'maintainers', 'dist']
const shortFields = [...installFields, 'dist']

function versionDocument(known: KnownVersion, { org, gatewayUrl }: PackageFacts): Manifest {
  const { row, facts } = known
  const publisher = { name: facts.judgement?.handle ?? facts.judgement?.attestedBy ?? 'unknown' }
  return {
    ...withInstallScript(normaliseManifest(row.manifest)),
    ...deprecationOf(facts),
    _id: `${row.name}@${row.version}`,
    _npmUser: publisher,
    maintainers: [publisher],
    dist: {
      // By DID, so that every stock lockfile pins the publisher (DESIGN §3).
      tarball: `${gatewayUrl}/${org}/${row.name}/-/${tarballFile(row.name, row.version)}`,
      integrity: row.integrity,
      shasum: row.shasum,
      fileCount: row.file_count,
      unpackedSize: row.unpacked_size,
      atproto: {
        did: org,
        uri: recordUri(org, app.npm.package.version.$nsid, versionKey(row.name, row.version)),
        cid: row.cid,
        // npm has no word for a version that was taken over from elsewhere.
        ...(facts.judgement?.method === 'import' ? { imported: true } : {}),
      },
    },
  }
}

/** What was approved since stands over what package.json says. */
function deprecationOf({ deprecated }: KnownVersion['facts']): Manifest {
  return deprecated === undefined ? {} : { deprecated: deprecated === '' ? undefined : deprecated }
}

function timesOf(versions: readonly KnownVersion[]): Record<string, string | undefined> {
  const times = versions.map((known) => [known.row.version, publishedAt(known).toISOString()] as const)
  const inOrder = times.map(([, at]) => at).toSorted()
  return { created: inOrder[0], modified: inOrder.at(-1), ...Object.fromEntries(times) }
}

import { createHash } from 'node:crypto'
import semver from 'semver'
import { tarballFile, versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { RegistrySignature } from '../signatures/registry-signer.ts'
import type { KnownVersion } from '../verdict/index.ts'
import { chooseTags } from './choose-tags.ts'
import type { Maintainer } from './maintainers.ts'
import { describingFields, installFields, type Manifest, pick, withInstallScript } from './manifest-fields.ts'
import { normaliseManifest } from './normalise-manifest.ts'

export interface PackageFacts {
  org: string
  name: string
  /** Only what may be installed. */
  allowed: readonly KnownVersion[]
  /** What was withdrawn, or purged: of it only the time stays, as on npm's own registry. */
  retired: readonly KnownVersion[]
  tags: ReadonlyMap<string, string>
  maintainers: readonly Maintainer[]
  /** What was read so far of this package's READMEs. */
  readme: { cid: string; text: string } | undefined
  /** Predicate types of verified provenance, by version; none when left out. */
  attested?: ReadonlyMap<string, string>
  /** The registry's, by version; none when left out. */
  signatures?: ReadonlyMap<string, RegistrySignature>
  gatewayUrl: string
}

export interface Packuments {
  full: Manifest
  abbreviated: Manifest
  /** CID of the README of the version that `latest` names. */
  readmeCid: string | undefined
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
  const latest = versions.find(({ known }) => known.row.version === distTags['latest'])
  const readmeCid = latest?.known.row.readme_cid ?? undefined
  const readme = facts.readme?.cid === readmeCid ? facts.readme?.text : undefined
  const byVersion = (fields: readonly string[]) =>
    Object.fromEntries(versions.map(({ known, manifest }) => [known.row.version, pick(manifest, fields)]))
  return {
    full: {
      ...withRevision({
        _id: facts.name,
        name: facts.name,
        ...pick(latest?.manifest ?? {}, packageFields),
        // npm prints an address here, and nobody's is known: the DID says at least for certain who it is.
        maintainers: facts.maintainers.map(({ did, name }) => ({ name, email: did })),
        'dist-tags': distTags,
        versions: byVersion(fullFields),
        time: times,
      }),
      // It arrives a little after its version, which is no other revision of the document.
      readme,
    },
    abbreviated: {
      name: facts.name,
      modified: times['modified'],
      'dist-tags': distTags,
      versions: byVersion(shortFields),
    },
    readmeCid,
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

const packageFields = ['description', 'keywords', 'license', 'author', 'contributors', 'homepage', 'repository', 'bugs']
const fullFields = [...installFields, ...describingFields, '_id', '_npmUser', 'dist']
const shortFields = [...installFields, 'dist']

function versionDocument(known: KnownVersion, { org, gatewayUrl, attested, signatures }: PackageFacts): Manifest {
  const { row, facts } = known
  const predicateType = attested?.get(row.version)
  const signature = signatures?.get(row.version)
  return {
    ...withInstallScript(normaliseManifest(row.manifest), row.has_binding_gyp),
    ...deprecationOf(facts),
    _id: `${row.name}@${row.version}`,
    _npmUser: publisherOf(facts),
    dist: {
      // By DID, so that every stock lockfile pins the publisher (DESIGN §3).
      tarball: `${gatewayUrl}/${org}/${row.name}/-/${tarballFile(row.name, row.version)}`,
      integrity: row.integrity,
      shasum: row.shasum,
      fileCount: row.file_count,
      unpackedSize: row.unpacked_size,
      signatures: signature && [signature],
      attestations: predicateType && {
        url: `${gatewayUrl}/-/npm/v1/attestations/${row.name}@${row.version}`,
        provenance: { predicateType },
      },
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

/** Who stands behind a version. `npm view` prints an address beside the name, and nobody's is known: here, too, it is the DID. */
function publisherOf({ judgement }: KnownVersion['facts']): Manifest {
  if (judgement === undefined) return { name: 'unknown', email: '' }
  return { name: judgement.handle ?? judgement.attestedBy, email: judgement.attestedBy }
}

/** What was approved since stands over what package.json says. */
function deprecationOf({ deprecated }: KnownVersion['facts']): Manifest {
  return deprecated === undefined ? {} : { deprecated: deprecated === '' ? undefined : deprecated }
}

/** Oldest first, as registries list them; of equal facts the same bytes have to come, in whatever order Postgres gives them. */
function timesOf(versions: readonly KnownVersion[]): Record<string, string | undefined> {
  const times = versions
    .map((known) => [known.row.version, known.facts.publishedAt.toISOString()] as const)
    .toSorted(([a, atA], [b, atB]) => atA.localeCompare(atB) || semver.compare(a, b))
  return { created: times[0]?.[1], modified: times.at(-1)?.[1], ...Object.fromEntries(times) }
}

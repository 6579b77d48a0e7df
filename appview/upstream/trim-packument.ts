import semver from 'semver'
import ssri from 'ssri'
import { installFields, installScripts, type Manifest, pick, withInstallScript } from '../render/manifest-fields.ts'
import { fileOf } from './tarball-url.ts'

/** Where the bytes of a version are, and what they must hash to. */
export interface UpstreamFile {
  file: string
  version: string
  /** As upstream advertised it. */
  url: string
  /** SRI, if upstream gave one. */
  integrity: string | undefined
  /** SHA-1, hex. */
  shasum: string | undefined
}

/** A packument, as far as this code looks into it. */
export interface PackumentDocument extends Manifest {
  versions: Record<string, Manifest>
  'dist-tags': Record<string, unknown>
}

export interface TrimmedPackument {
  full: PackumentDocument & { time: Manifest }
  files: UpstreamFile[]
}

/**
 * An upstream packument as it is kept: what package managers use (README and scripts are most of the bytes) and what versions are
 * judged by, with every tarball under our own address.
 * @param raw the parsed answer
 * @returns undefined when the answer is no packument of this name
 */
export function trimPackument(raw: unknown, name: string, gatewayUrl: string): TrimmedPackument | undefined {
  if (!isMap(raw) || raw['name'] !== name || !isMap(raw['versions']) || !isMap(raw['dist-tags'])) return undefined
  const files: UpstreamFile[] = []
  const full: Record<string, Manifest> = {}
  for (const [version, manifest] of Object.entries(raw['versions'])) {
    const file = isMap(manifest) ? readFile(version, manifest['dist']) : undefined
    if (!isMap(manifest) || file === undefined || semver.valid(version) === null) continue
    files.push(file)
    full[version] = pick(trimVersion(manifest, `${gatewayUrl}/${name}/-/${file.file}`), keptFields)
  }
  const distTags = Object.fromEntries(
    Object.entries(raw['dist-tags']).filter(([, version]) => typeof version === 'string' && version in full),
  )
  const time = isMap(raw['time']) ? raw['time'] : {}
  return {
    files,
    full: { _id: name, ...pick(raw, packageFields), 'dist-tags': distTags, versions: full, time },
  }
}

/** What is left of a package whose author took it back: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md */
export function isUnpublished(raw: unknown, name: string): boolean {
  if (!isMap(raw) || raw['name'] !== name || raw['versions'] !== undefined) return false
  return isMap(raw['time']) && raw['time']['unpublished'] !== undefined
}

const packageFields = [
  'name',
  'description',
  'keywords',
  'license',
  'author',
  'homepage',
  'repository',
  'bugs',
  'maintainers',
]
const abbreviatedFields = [...installFields.filter((field) => field !== 'devDependencies'), 'dist']
/** What clients are shown of a version, in either form. */
export const shownFields = {
  // pnpm's trust policy looks at who published and with what provenance.
  full: [...abbreviatedFields, 'license', '_npmUser', '_atoll'],
  abbreviated: [...abbreviatedFields, '_atoll'],
}
/** And what only verdicts look at. */
export const keptFields = [...shownFields.full, 'scripts', 'gypfile']
const distFields = ['integrity', 'shasum', 'fileCount', 'unpackedSize', 'signatures', 'attestations']

function trimVersion(manifest: Manifest, tarball: string): Manifest {
  const dist = isMap(manifest['dist']) ? manifest['dist'] : {}
  const { scripts } = manifest
  const ofInstall = isMap(scripts) ? pick(scripts, installScripts) : {}
  return {
    ...withInstallScript(manifest),
    scripts: Object.keys(ofInstall).length === 0 ? undefined : ofInstall,
    dist: { tarball, ...pick(dist, distFields) },
    // Nobody's but ours.
    _atoll: undefined,
  }
}

function readFile(version: string, dist: unknown): UpstreamFile | undefined {
  if (!isMap(dist)) return undefined
  const { tarball } = dist
  const file = typeof tarball === 'string' ? fileOf(tarball) : undefined
  const integrity = typeof dist['integrity'] === 'string' ? dist['integrity'] : undefined
  const shasum =
    typeof dist['shasum'] === 'string' && /^[0-9a-f]{40}$/.test(dist['shasum']) ? dist['shasum'] : undefined
  // Bytes nobody vouches for could be anybody's. Every registry gives one of the two.
  if (file === undefined || (shasum === undefined && !hasSha512(integrity))) return undefined
  return {
    file,
    version,
    url: tarball as string,
    integrity,
    shasum,
  }
}

function hasSha512(integrity: string | undefined): boolean {
  return integrity !== undefined && (ssri.parse(integrity)?.sha512?.length ?? 0) > 0
}

function isMap(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

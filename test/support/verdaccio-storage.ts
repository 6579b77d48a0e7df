import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PackageSource, pack, packageFolder } from './package-folder.ts'

export interface StoredVersion extends PackageSource {
  /** RFC 3339 */
  time: string
  deprecated?: string
  /** What is done to the packed bytes before they are stored; the description stays. */
  tamper?: (tarball: Buffer) => Buffer | undefined
}

/**
 * A storage folder exactly as Verdaccio 6's local-storage plugin leaves it behind: the packument with its bookkeeping, the
 * tarballs beside it, and the list of what was published here.
 */
export async function writeVerdaccioStorage(
  root: string,
  packages: Record<string, { versions: StoredVersion[]; tags: Record<string, string> }>,
): Promise<void> {
  for (const [name, { versions, tags }] of Object.entries(packages)) {
    const folder = join(root, name)
    await mkdir(folder, { recursive: true })
    const described = await Promise.all(versions.map((version) => store(folder, version)))
    const times = versions.map(({ version, time }) => [version, time] as const)
    const packument = {
      name,
      versions: Object.fromEntries(described.map(({ manifest }) => [manifest.version, manifest])),
      time: { modified: times.at(-1)?.[1], created: times[0]?.[1], ...Object.fromEntries(times) },
      users: {},
      'dist-tags': tags,
      _uplinks: {},
      _distfiles: {},
      _attachments: Object.fromEntries(
        described.map(({ file, manifest: { version, dist } }) => [file, { shasum: dist.shasum, version }]),
      ),
      _rev: '11-dc8c3a1d7684b052',
      _id: name,
      readme: `# ${name}\n`,
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify(packument, null, '\t'))
  }
  const list = { list: Object.keys(packages), secret: 'vuqild4kfKAtpzO7JFpY146mR835hBHG' }
  await writeFile(join(root, '.verdaccio-db.json'), JSON.stringify(list))
}

async function store(folder: string, { time: _time, deprecated, tamper = (bytes) => bytes, ...source }: StoredVersion) {
  const made = await packageFolder(source)
  const tarball = await pack(made)
  await rm(made, { recursive: true })
  const { name, version } = source
  const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  const stored = tamper(tarball)
  if (stored !== undefined) await writeFile(join(folder, file), stored)
  const dist = {
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    // npm publish names the file with its scope; Verdaccio keeps the last segment.
    tarball: `http://127.0.0.1:4873/${name}/-/${name}-${version}.tgz`,
  }
  const manifest = {
    name,
    version,
    readmeFilename: 'README.md',
    _id: `${name}@${version}`,
    dist,
    contributors: [],
    ...(deprecated === undefined ? {} : { deprecated }),
  }
  return { file, manifest }
}

import type { BoxPackage } from '#common/promotion/closure/box-names.ts'
import { dependencyFieldsOf } from '#common/promotion/closure/dependencies-of.ts'
import { privateClosure } from '#common/promotion/closure/private-closure.ts'
import type { PackageJson } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { versionOfKey } from '../index/keys.ts'
import { type Db, network, publicNetwork } from '../schema/index.ts'

// Manifests of up to 256 KiB; what needs more packages than that is looked at by people anyway.
const maxPackages = 200

/**
 * The packages of this box that versions need, over any number of them in between.
 * @param roots manifests of the versions
 * @param privateNames patterns of what is private
 */
export async function neededPackages(
  db: Db,
  roots: readonly PackageJson[],
  privateNames: readonly string[],
): Promise<Map<string, BoxPackage>> {
  const packages = new Map<string, BoxPackage>()
  for (;;) {
    const members = privateClosure(roots, { privateNames, packages, together: new Set() })
    const unread = members.map(({ name }) => name).filter((name) => !packages.has(name))
    if (unread.length === 0 || packages.size >= maxPackages) return packages
    for (const [name, found] of await readPackages(db, unread)) packages.set(name, found)
  }
}

async function readPackages(db: Db, names: readonly string[]): Promise<Map<string, BoxPackage>> {
  const rows = await db
    .selectFrom('version')
    .where('network', '=', network)
    .where('name', 'in', names)
    .select(['org', 'name', 'version', 'manifest'])
    .execute()
  const open = await publicVersions(db, [...new Set(rows.map(({ org }) => org))])
  const found = new Map<string, BoxPackage>(names.map((name) => [name, { publicVersions: [], versions: [] }]))
  for (const [name, versions] of Map.groupBy(rows, (row) => row.name)) {
    found.set(name, {
      publicVersions: versions.filter(({ version }) => open.has(`${name}@${version}`)).map(({ version }) => version),
      versions: versions.map(({ version, manifest }) => ({ version, packageJson: parse(manifest) })),
    })
  }
  return found
}

/** `name@version` of what came back over the public network. */
async function publicVersions(db: Db, orgs: readonly string[]): Promise<ReadonlySet<string>> {
  if (orgs.length === 0) return new Set()
  const rows = await db
    .selectFrom('mirror_record')
    .where('network', '=', publicNetwork)
    .where('did', 'in', orgs)
    .where('collection', '=', app.npm.package.version.$nsid)
    .select('rkey')
    .execute()
  const keys = rows.flatMap(({ rkey }) => versionOfKey(rkey) ?? [])
  return new Set(keys.map(({ name, version }) => `${name}@${version}`))
}

function parse(manifest: Buffer): PackageJson {
  return dependencyFieldsOf(JSON.parse(manifest.toString('utf8')) as PackageJson)
}

import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import { packageKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { defineCollection, type Place } from './collection.ts'
import { versionOfKey } from './keys.ts'

type Version = app.npm.package.version.Main

export const versions = defineCollection<Version>(app.npm.package.version, {
  role: 'org',
  isConsistent: isConsistentVersion,

  async put({ rows, impact }, { did: org, cid }, value) {
    const { name, version } = value
    const row = {
      cid,
      manifest: Buffer.from(value.manifest),
      tarball_cid: getBlobCidString(value.tarball),
      size: getBlobSize(value.tarball) ?? 0,
      integrity: value.integrity,
      shasum: value.shasum,
      file_count: value.fileCount,
      unpacked_size: value.unpackedSize,
      has_binding_gyp: value.hasBindingGyp === true,
      readme_cid: value.readme === undefined ? null : getBlobCidString(value.readme),
      provenance_cid: value.provenance === undefined ? null : getBlobCidString(value.provenance),
      created_at: value.createdAt,
    }
    await rows.put('version', ['network', 'org', 'name', 'version'], { network, org, name, version, ...row })
    impact.touchPackage(org, name)
  },

  async remove({ tx, impact }, { did: org, rkey }) {
    const key = versionOfKey(rkey)
    if (key === undefined) return
    await tx
      .deleteFrom('version')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', key.name)
      .where('version', '=', key.version)
      .execute()
    impact.touchPackage(org, key.name)
  },
})

/** Whether a version record says the same as the place where it lies, and as the manifest in it. */
export function isConsistentVersion(value: Version, place: Place): boolean {
  return saysWhereItLies(value, place) && hasDigests(value) && manifestAgrees(value)
}

function saysWhereItLies(value: Version, { did, rkey }: Place): boolean {
  const key = versionOfKey(rkey)
  const uri = recordUri(did, app.npm.package.record.$nsid, packageKey(value.name))
  return key?.name === value.name && key.version === value.version && value.package === uri
}

function hasDigests({ integrity, shasum }: Version): boolean {
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) && /^[0-9a-f]{40}$/.test(shasum)
}

/** The manifest is what clients act on, so it must speak of this very version. */
function manifestAgrees({ manifest, name, version }: Version): boolean {
  try {
    const parsed = JSON.parse(Buffer.from(manifest).toString('utf8')) as { name?: unknown; version?: unknown } | null
    return parsed?.name === name && parsed.version === version
  } catch {
    return false
  }
}

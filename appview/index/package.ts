import { packageKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'
import { nameOfPackageKey } from './keys.ts'
import { putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.package.record

export const packages = defineCollection<app.npm.package.record.Main>(app.npm.package.record, {
  role: 'org',
  isConsistent: (value, { rkey }) => packageKey(value.name) === rkey && nameOfPackageKey(rkey) === value.name,

  async put(context, place, value) {
    const { rows } = context
    const { did: org } = place
    const row = {
      description: value.description ?? null,
      license: value.license ?? null,
      homepage: value.homepage ?? null,
      keywords: value.keywords ?? [],
      created_at: value.createdAt,
    }
    await rows.put('package', ['network', 'org', 'name'], { network, org, name: value.name, ...row })
    // Most of these are nobody's: the record of a first publish is approved with its version, and declares no source.
    const { source, createdAt } = value
    await putMetadata(context, $nsid, place, { kind: 'source', source, createdAt }, value.name)
  },

  async remove(context, place) {
    const { tx, impact } = context
    const { did: org, rkey } = place
    await removeMetadata(context, $nsid, place)
    const name = nameOfPackageKey(rkey)
    if (name === undefined) return
    await tx
      .deleteFrom('package')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', name)
      .execute()
    impact.touchPackage(org, name)
  },
})

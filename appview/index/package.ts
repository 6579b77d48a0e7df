import { packageKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'
import { nameOfPackageKey } from './keys.ts'

export const packages = defineCollection<app.npm.package.record.Main>(app.npm.package.record, {
  role: 'org',
  isConsistent: (value, { rkey }) => packageKey(value.name) === rkey && nameOfPackageKey(rkey) === value.name,

  async put({ rows, impact }, { did: org }, value) {
    const row = {
      description: value.description ?? null,
      license: value.license ?? null,
      homepage: value.homepage ?? null,
      keywords: value.keywords ?? [],
      created_at: value.createdAt,
    }
    await rows.put('package', ['network', 'org', 'name'], { network, org, name: value.name, ...row })
    impact.touchPackage(org, value.name)
  },

  async remove({ tx, impact }, { did: org, rkey }) {
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

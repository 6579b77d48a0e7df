import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'
import { tagOfKey } from './keys.ts'

export const tags = defineCollection<app.npm.package.tag.Main>(app.npm.package.tag, {
  role: 'org',
  isConsistent: (value, { rkey }) => tagOfKey(rkey)?.tag === value.tag,

  async put({ tx, impact }, { did: org, rkey }, { tag, version }) {
    const name = tagOfKey(rkey)?.name ?? ''
    await tx
      .insertInto('tag')
      .values({ network, org, name, tag, version })
      .onConflict((conflict) => conflict.columns(['network', 'org', 'name', 'tag']).doUpdateSet({ version }))
      .execute()
    impact.touchPackage(org, name)
  },

  async remove({ tx, impact }, { did: org, rkey }) {
    const key = tagOfKey(rkey)
    if (key === undefined) return
    await tx
      .deleteFrom('tag')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', key.name)
      .where('tag', '=', key.tag)
      .execute()
    impact.touchPackage(org, key.name)
  },
})

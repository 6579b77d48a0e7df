import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { claimKeyOf } from './keys.ts'
import { putRight, removeRight } from './right-record.ts'

const { $nsid } = app.npm.name.claim

/** Claims take effect as teams and permissions do: approved by somebody who may manage the organisation. */
export const nameClaims = defineCollection<app.npm.name.claim.Main>(app.npm.name.claim, {
  role: 'org',
  isConsistent: ({ name }, { rkey }) => claimKeyOf(name) === rkey,
  put: (context, place, { name, retired = false, createdAt }) =>
    putRight(context, $nsid, place, { kind: 'claim', name, retired, createdAt }),
  async remove(context, place) {
    await removeRight(context, $nsid, place)
    // A grant without its claim is one half alone.
    context.impact.touchRights(place.did)
  },
})

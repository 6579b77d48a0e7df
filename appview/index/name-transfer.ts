import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { claimKeyOf } from './keys.ts'
import { putRight, removeRight } from './right-record.ts'

const { $nsid } = app.npm.name.transfer

/** Transfers take effect as claims do: approved by somebody who may manage the organisation that gives. */
export const nameTransfers = defineCollection<app.npm.name.transfer.Main>(app.npm.name.transfer, {
  role: 'org',
  isConsistent: ({ name, to }, { did, rkey }) => claimKeyOf(name) === rkey && to !== did,
  async put(context, place, { name, to, retired = false, createdAt }) {
    await putRight(context, $nsid, place, { kind: 'transfer', name, to, retired, createdAt })
    // What may count by it are the registry's records about the other.
    context.impact.touchRights(to)
  },
  remove: (context, place) => removeRight(context, $nsid, place),
})

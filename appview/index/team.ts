import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { putRight, removeRight } from './right-record.ts'

const { $nsid } = app.npm.org.team

export const teams = defineCollection<app.npm.org.team.Main>(app.npm.org.team, {
  role: 'org',
  isConsistent: (value, { rkey }) => value.name === rkey && /^[a-z0-9][a-z0-9-]{0,63}$/.test(rkey),
  put: (context, place, { name, description, members, groups, retired = false, createdAt }) =>
    putRight(context, $nsid, place, { kind: 'team', name, description, members, groups, retired, createdAt }),
  remove: (context, place) => removeRight(context, $nsid, place),
})

import { isValidPackagePattern, isValidSubject } from '#common/authz/index.ts'
import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { putRight, removeRight } from './right-record.ts'

const { $nsid } = app.npm.org.permission

export const permissions = defineCollection<app.npm.org.permission.Main>(app.npm.org.permission, {
  role: 'org',
  isConsistent: ({ subject, packages }) => isValidSubject(subject) && isValidPackagePattern(packages),
  put: (context, place, { subject, action, packages, effect, retired = false, createdAt }) =>
    putRight(context, $nsid, place, { kind: 'permission', subject, action, packages, effect, retired, createdAt }),
  remove: (context, place) => removeRight(context, $nsid, place),
})

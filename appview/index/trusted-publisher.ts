import { checkTrustedPublisher } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { putRight, removeRight } from './right-record.ts'

const { $nsid } = app.npm.org.trustedPublisher

export const trustedPublishers = defineCollection<app.npm.org.trustedPublisher.Main>(app.npm.org.trustedPublisher, {
  role: 'org',
  isConsistent: (value) => checkTrustedPublisher(value) === undefined,
  put: (context, place, { $type: _, retired = false, stageOnly = false, ...said }) =>
    putRight(context, $nsid, place, { kind: 'trustedPublisher', ...said, stageOnly, retired }),
  remove: (context, place) => removeRight(context, $nsid, place),
})

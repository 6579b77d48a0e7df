import type { app } from '#lexicons'

/** An advisory as the box keeps it: what npm packages it is about, and no more of OSV than is used. */
export type Advisory = app.npm.security.defs.Advisory
export type Affected = app.npm.security.defs.Affected
export type RangeEvent = app.npm.security.defs.Event
export type Severity = Advisory['severity']

/** An advisory, and who says so. */
export type SourcedAdvisory = app.npm.security.defs.Sourced

export const severities = ['low', 'moderate', 'high', 'critical'] as const satisfies Severity[]

/** What a link is to, in OSV's words. */
export const referenceTypes = [
  'ADVISORY',
  'ARTICLE',
  'DETECTION',
  'DISCUSSION',
  'REPORT',
  'FIX',
  'INTRODUCED',
  'PACKAGE',
  'EVIDENCE',
  'WEB',
] as const satisfies app.npm.security.defs.Reference['type'][]

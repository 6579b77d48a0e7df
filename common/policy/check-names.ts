/**
 * Checks that an exception or an allow-list can waive, in the order in which they look. Their names are in messages, records and
 * settings, and are never given another meaning.
 */
export const waivableChecks = [
  'labels',
  'provenance',
  'require-provenance',
  'ci-only',
  'licence',
  'look-alike',
  'single-party',
  'first-use',
  'install-scripts',
  'native-build',
  'binaries',
  'dependencies',
  'new-publisher',
  'lost-provenance',
  'listed-publisher',
  'minimum-age',
] as const
export type WaivableCheck = (typeof waivableChecks)[number]

/** Checks that nothing waives: what they find is no matter of taste. */
export const strictChecks = [
  'not-purged',
  'not-tampered',
  'not-retired',
  'not-revoked',
  'attested-by-permitted',
  'attested-in-public',
] as const
export type StrictCheck = (typeof strictChecks)[number]

export type CheckName = StrictCheck | WaivableCheck

/** What a version may have that an earlier one had not, and that is a reason to look at it. */
export const additionChecks = [
  'native-build',
  'binaries',
  'dependencies',
  'new-publisher',
  'lost-provenance',
] as const satisfies WaivableCheck[]
export type AdditionCheck = (typeof additionChecks)[number]

export function isWaivable(check: string): check is WaivableCheck {
  return (waivableChecks as readonly string[]).includes(check)
}

/**
 * What a permission may be about. `manage` is about the organisation itself: its teams and permissions. `label` is about what is said
 * of packages, those of upstream included; `except` lets policy's checks be waived;
 * who may `promote` asks for packages to be made public, and somebody else who may `approve-promotion` decides.
 */
export const actions = [
  'read',
  'publish',
  'approve',
  'label',
  'manage',
  'except',
  'promote',
  'approve-promotion',
] as const
export type Action = (typeof actions)[number]

/** A rule is for one person, a team, or everybody who can sign in. */
export function isValidSubject(subject: string): boolean {
  return (
    subject === 'everyone' || /^team:[a-z0-9][a-z0-9-]{0,63}$/.test(subject) || /^did:plc:[a-z2-7]{24}$/.test(subject)
  )
}

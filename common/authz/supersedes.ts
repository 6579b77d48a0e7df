/**
 * Whether a record would undo what was decided after it was made: an approval of long ago, for a record that was never written
 * then, must not. Pure.
 * @param superseded what is in effect in its place, if anything is
 */
export function isOlder(value: { createdAt: string }, superseded: { createdAt: string } | undefined): boolean {
  return superseded !== undefined && Date.parse(value.createdAt) < Date.parse(superseded.createdAt)
}

import { TID } from '@atproto/common-web'

/** A timestamp identifier for a new record: https://atproto.com/specs/tid. */
export function createTid(): string {
  return TID.nextStr()
}

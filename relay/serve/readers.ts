import type { IncomingMessage } from 'node:http'
import type { AtprotoMethod } from '#lexicons'

/** Who may read what a relay has. */
export interface Readers {
  /** @throws what speaks against this request for this method */
  admit(request: Pick<IncomingMessage, 'headers'>, method: AtprotoMethod): Promise<void>
}

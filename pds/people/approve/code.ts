import { createHmac, hkdfSync } from 'node:crypto'

// Crockford's alphabet: nothing in it is mistaken for something else.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 16
const groupLength = 4

/** Codes are derived, not drawn: one can be shown again, on the page and through `doneUrl`, without being stored. */
export class ApprovalCodes {
  readonly #key: Buffer

  /** @param privateKeyHex the component's own key, which leaves with no backup of the database */
  constructor(privateKeyHex: string) {
    this.#key = Buffer.from(hkdfSync('sha256', Buffer.from(privateKeyHex, 'hex'), '', 'approval codes', 32))
  }

  /** @returns 80 bits as `XXXX-XXXX-XXXX-XXXX` */
  codeOf(approval: string): string {
    const digest = createHmac('sha256', this.#key).update(approval).digest()
    const characters = [...digest.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length])
    return (characters.join('').match(new RegExp(`.{${groupLength}}`, 'g')) ?? []).join('-')
  }
}

/** As people type it: any case, with or without dashes, with the letters that look like digits. */
export function normalizeCode(typed: string): string {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return (plain.match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? []).join('-')
}

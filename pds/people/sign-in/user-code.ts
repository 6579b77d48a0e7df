import { randomInt } from 'node:crypto'

// RFC 8628, section 6.1: no vowels, so that no words come out, and nothing that is mistaken for something else.
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8
const groupLength = 4

/** @returns a code that people read off one screen and type on another: 34 bits as `XXXX-XXXX`. Guesses are counted. */
export function drawUserCode(): string {
  return grouped(Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join(''))
}

/** As people type it: any case, with or without the dash. */
export function normalizeUserCode(typed: string): string {
  return grouped(typed.toUpperCase().replace(/[^A-Z0-9]/g, ''))
}

function grouped(code: string): string {
  return `${code.slice(0, groupLength)}-${code.slice(groupLength)}`
}

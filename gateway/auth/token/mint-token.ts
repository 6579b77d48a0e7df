import { randomInt } from 'node:crypto'
import { sha256 } from '#common/crypto/index.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secretLength = 40

/** A new npm token: 40 characters of 62 are 238 bits. The prefix lets secret scanners know it, as npm's own do. */
export function mintToken(): string {
  return `npm_${Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}

/** @returns undefined for what cannot be one of our tokens, so that rubbish never reaches the database */
export function hashToken(token: string): Buffer | undefined {
  return /^npm_[0-9A-Za-z]{36,64}$/.test(token) ? sha256(token) : undefined
}

/** As much of a token as lists show: npm takes it for the beginning of the whole one (npm's lib/commands/token.js). */
export function hintOf(token: string): string {
  return token.slice(0, 'npm_'.length + 4)
}

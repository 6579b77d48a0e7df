import type { AtollError } from '#common/errors/index.ts'

const readOnly = 'This registry is read-only.'
const tooMany = 'Too many requests came from your address. Try again in a minute.'
const unavailable = 'This registry cannot answer at the moment. Try again in a while.'

/** npm shows what it finds in `error` to its person. What is wrong with us is not theirs to know: no part of it is named. */
export function toldError({ code, status, message }: AtollError): object {
  if (status >= 500) return { error: unavailable }
  if (status === 429) return { error: tooMany, code }
  if (status === 405) return { error: readOnly, code }
  return { error: message, code }
}

export function errorHeaders({ status }: AtollError): Record<string, string> {
  const caching = { 'cache-control': 'no-store' }
  if (status === 405) return { ...caching, allow: 'GET, HEAD' }
  return status === 429 ? { ...caching, 'retry-after': '60' } : caching
}

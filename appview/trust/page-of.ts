import type { TrustFact } from './trust-fact.ts'

/** A page as proof: what others name is a link only when it is one for browsers. */
export function pageOf(address: string | undefined): Pick<TrustFact, 'proof'> {
  if (address === undefined || !/^https?:\/\/\S+$/.test(address) || !URL.canParse(address)) return {}
  return { proof: { url: address } }
}

import type { Remark } from '../check.ts'
import { judgeLicence } from '../judge-licence.ts'

export const aboutLicence: Remark = (facts, { licences }) => {
  if (facts.source === 'internal') return []
  const { outcome, reason } = judgeLicence(facts.licence, licences)
  return outcome === 'warn' ? [reason] : []
}

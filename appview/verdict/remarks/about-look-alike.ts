import type { Remark } from '../check.ts'

export const aboutLookAlike: Remark = (facts, { lookAlikes }) => {
  if (facts.source === 'internal' || facts.looksLike === undefined || lookAlikes !== 'warn') return []
  return [`${facts.name} looks like ${facts.looksLike}, which is a name of this network`]
}

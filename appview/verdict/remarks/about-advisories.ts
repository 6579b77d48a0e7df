import type { Remark } from '../check.ts'

/** Advisories warn: what to do about them is the business of whoever uses the package. */
export const aboutAdvisories: Remark = ({ advisories }) =>
  advisories
    .filter(({ affected }) => affected)
    .map(
      ({ id, severity, title, url }) => `${severity} advisory ${id}: ${title}${url === undefined ? '' : ` (${url})`}`,
    )

import { Models, SPDX } from '@cyclonedx/cyclonedx-library'
import parseExpression from 'spdx-expression-parse'

/** What package.json says of the licence: an id or expression of SPDX, or else whatever it says. @returns undefined where it says nothing */
export function licenseOf(said: string | undefined): Models.License | undefined {
  const license = said?.trim() ?? ''
  if (license === '') return undefined
  // The schema knows the ids of its own day.
  if (SPDX.isSupportedSpdxId(license)) return new Models.SpdxLicense(license)
  return isExpression(license) ? new Models.LicenseExpression(license) : new Models.NamedLicense(license)
}

function isExpression(license: string): boolean {
  try {
    return 'conjunction' in parseExpression(license)
  } catch {
    return false
  }
}

import { createTid } from '#common/records/index.ts'

/**
 * Prefixes that belong to a public database (https://ossf.github.io/osv-schema/#id-modified-fields, 1.7.4), and those of npm's and
 * of well-known vendors' numbers. OSV has none for private databases: any other is the company's to take.
 */
const taken = new Set(
  `ALBA ALEA ALPINE ALSA ASB AZL BELL BIT CGA CLEANSTART CURL CVE DEBIAN DHI DLA DRUPAL DSA DTSA ECHO EEF ELA EUVD GHSA GO GSD HSEC
  JLSEC KUBE LBSEC LSN MAL MGASA MINI NPM NSWG OESA OPENSUSE OSEC OSV PHSA PSF PUB PYSEC RHBA RHEA RHSA RLSA ROOT RSEC RUSTSEC RXSA
  SNYK SUSE UBUNTU USN V8 VSV`.split(/\s+/),
)

/** Of ids that are given here. */
const prefix = 'ATOLL'

/** Nobody has to be asked for a number that is free, and later ids sort after earlier ones. */
export function newAdvisoryId(): string {
  return `${prefix}-${createTid()}`
}

/** @returns what is wrong with an id; undefined when it may be an advisory's of the company's own */
export function flawOfId(id: string): string | undefined {
  if (id.length > 64 || !/^[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9]+)+$/.test(id)) {
    return `"${id.slice(0, 64)}" is no id: letters, a hyphen, and letters, digits and hyphens, 64 characters at most (ACME-2026-1)`
  }
  const [database = ''] = id.split('-')
  if (!taken.has(database.toUpperCase())) return undefined
  return `ids that begin with "${database}-" are another database's: name it among the aliases, and give an id of your own or none`
}

import type { Check, CodeMeaning } from './check.ts'
import { addresses } from './checks/addresses.ts'
import { attestation } from './checks/attestation.ts'
import { buildPaths } from './checks/build-paths.ts'
import { contents } from './checks/contents.ts'
import { dependencies } from './checks/dependencies.ts'
import { hosts } from './checks/hosts.ts'
import { labels } from './checks/labels.ts'
import { licence } from './checks/licence.ts'
import { packageName } from './checks/package-name.ts'
import { people } from './checks/people.ts'
import { privateNames } from './checks/private-names.ts'
import { provenance } from './checks/provenance.ts'
import { registries } from './checks/registries.ts'
import { secrets } from './checks/secrets.ts'
import { source } from './checks/source.ts'
import { sourceMaps } from './checks/source-maps.ts'
import { unwantedFiles } from './checks/unwanted-files.ts'
import { withdrawn } from './checks/withdrawn.ts'

/** What has to be in order before a package is public (DESIGN §6), in the order of docs/promotion-checks.md. */
export const checks: readonly Check[] = [
  packageName, // it is the organisation's to give
  source, // and says where it is built
  contents, // the bytes are those that were approved,
  attestation, // by somebody who may,
  provenance, // from there,
  labels, // and nobody warns of them
  withdrawn,
  licence, // others may use it,
  dependencies, // and can: everything it needs is public, too
  registries,
  privateNames, // nothing tells of the inside:
  hosts,
  addresses,
  people,
  secrets,
  sourceMaps,
  buildPaths,
  unwantedFiles,
]

/** What a code stands for, and whose it is; undefined for one that no check has. */
export function meaningOfCode(code: string): (CodeMeaning & { check: string }) | undefined {
  for (const { name, codes } of checks) {
    if (Object.hasOwn(codes, code)) return { check: name, ...(codes[code] as CodeMeaning) }
  }
  return undefined
}

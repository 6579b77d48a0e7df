import { parsePackageKey } from '#common/names/index.ts'
import { keysInProof } from '#common/sync/index.ts'
import { app } from '#lexicons'

const { record, version, tag, deprecation, retirement } = app.npm.package

/** Their keys begin with a package's key; only a package's own has nothing behind it. */
const withSuffix = new Set<string>([version, tag, deprecation, retirement].map(({ $nsid }) => $nsid))

/**
 * The packages that a proof of an organisation's record names.
 * @param car the proof
 * @returns normalised names, each once
 */
export function packagesInProof(car: Uint8Array): Set<string> {
  const names = new Set<string>()
  for (const key of keysInProof(car)) {
    const [collection = '', rkey = ''] = key.split('/')
    const packageKey = collection === record.$nsid ? rkey : withSuffix.has(collection) ? withoutLast(rkey) : undefined
    if (packageKey !== undefined) names.add(parsePackageKey(packageKey).name)
  }
  return names
}

function withoutLast(rkey: string): string {
  return rkey.slice(0, Math.max(0, rkey.lastIndexOf(':')))
}

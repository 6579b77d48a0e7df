import { keysCovering, lookUpRow, parsePackageName } from '#common/names/index.ts'
import { gatherNameFacts, type ResolveContext } from './resolve-name.ts'

// Postgres takes 65,535 parameters, and a package has up to two keys in each of two questions.
const batchSize = 5_000

/** Of an organisation's packages those whose names are its own today: a list must not name what nobody can resolve. */
export async function keepOwned<Of extends { org: string; name: string }>(
  context: Pick<ResolveContext, 'db' | 'privateNames'>,
  packages: readonly Of[],
): Promise<Of[]> {
  const owned: Of[] = []
  for (let start = 0; start < packages.length; start += batchSize) {
    const batch = packages.slice(start, start + batchSize).map((one) => ({ one, asked: parsePackageName(one.name) }))
    const keys = [...new Set(batch.flatMap(({ asked }) => keysCovering(asked)))]
    const facts = await gatherNameFacts(context, keys)
    for (const { one, asked } of batch) {
      const row = lookUpRow(asked, facts)
      if (row.source === 'private' && row.org === one.org) owned.push(one)
    }
  }
  return owned
}

import { keysCovering, lookUpRow, type NameRow, parsePackageName } from '#common/names/index.ts'
import { gatherNameFacts } from '../resolve/resolve-name.ts'
import type { XrpcContext } from './context.ts'
import { mayRead } from './read-set.ts'

/** Where packages are found. @returns by name */
export async function whereFound(context: XrpcContext, names: readonly string[]): Promise<Map<string, NameRow>> {
  if (names.length === 0) return new Map()
  const asked = [...new Set(names)].map((name) => parsePackageName(name))
  const facts = await gatherNameFacts(context, [...new Set(asked.flatMap(keysCovering))])
  return new Map(asked.map((one) => [one.name, lookUpRow(one, facts)]))
}

/** What comes from outside everybody may read. */
export async function isReadable(
  context: XrpcContext,
  row: NameRow | undefined,
  { name, viewer }: { name: string; viewer: string },
): Promise<boolean> {
  if (row === undefined || row.source === 'none') return false
  return row.source !== 'private' || (await mayRead(context, row.org, viewer, name))
}

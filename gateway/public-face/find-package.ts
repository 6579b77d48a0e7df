import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { PublicContext } from './context.ts'

/** Whose package this is: by its name today, or by what a lockfile pins. @throws NotFound */
export async function findPackage(
  { lookup, anybody }: Pick<PublicContext, 'lookup' | 'anybody'>,
  { name }: PackageName,
  pinned?: string,
): Promise<DidString> {
  const found = pinned === undefined ? await lookup.find(name, anybody) : await lookup.findPinned(pinned, name, anybody)
  if (found.source !== 'public') throw new AtollError('NotFound', { package: name })
  return found.org as DidString
}

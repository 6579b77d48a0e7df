import { type Manifest, pick } from '../render/manifest-fields.ts'
import { publicNetwork, type Tx } from '../schema/index.ts'
import { keepEntry } from '../search/index.ts'

/** Found is what is shown, and it changes together with it. */
export async function keepFound(tx: Tx, { did, name }: { did: string; name: string }): Promise<void> {
  const row = await tx
    .selectFrom('upstream_packument')
    .where('registry', '=', did)
    .where('name', '=', name)
    .select('full')
    .executeTakeFirst()
  const shown = row === undefined ? undefined : describable(JSON.parse(row.full.toString('utf8')) as Manifest)
  await keepEntry(tx, { org: did, name }, shown, publicNetwork)
}

/** What is said of the package stands beside its versions here; a search shows it with the latest. @returns undefined without one */
function describable(full: Manifest): Manifest | undefined {
  const versions = full['versions'] as Record<string, Manifest>
  const latest = (full['dist-tags'] as Record<string, string>)['latest'] ?? ''
  const manifest = Object.hasOwn(versions, latest) ? versions[latest] : undefined
  if (manifest === undefined) return undefined
  const said = pick(full, ['description', 'keywords', 'license', 'homepage'])
  return { ...full, versions: { [latest]: { ...said, ...manifest } } }
}

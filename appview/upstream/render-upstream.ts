import { type Manifest, pick } from '../render/manifest-fields.ts'
import type { Verdict } from '../verdict/index.ts'
import type { KeptPackument } from './merge-packument.ts'
import { moveTags } from './move-tags.ts'
import { shownFields } from './trim-packument.ts'

/** Both forms of an upstream package's packument, with what may be installed and nothing else. */
export function renderUpstream(
  document: KeptPackument['full'],
  verdicts: ReadonlyMap<string, Verdict>,
): { full: Manifest; abbreviated: Manifest; latest: string | undefined } {
  const all = Object.entries(document.versions)
  const allowed = all.filter(([version]) => verdicts.get(version)?.kind === 'allow')
  const tags = moveTags(document['dist-tags'], Object.fromEntries(allowed))
  const time =
    allowed.length === all.length
      ? document.time
      : timesOf(
          document.time,
          allowed.map(([version]) => version),
        )
  const shown = (fields: readonly string[]) =>
    Object.fromEntries(allowed.map(([version, manifest]) => [version, pick(manifest, fields)]))
  return {
    latest: tags['latest'],
    full: { ...document, 'dist-tags': tags, versions: shown(shownFields.full), time },
    abbreviated: {
      name: document['name'],
      ...pick({ modified: time['modified'] }, ['modified']),
      'dist-tags': tags,
      versions: shown(shownFields.abbreviated),
    },
  }
}

/** Without the rest; pnpm looks at `modified` to see whether anything in a packument could be too young. */
function timesOf(time: Manifest, allowed: readonly string[]): Manifest {
  const kept = pick(time, allowed)
  const newest = Object.values(kept).reduce<string | undefined>(
    (latest, value) => (typeof value === 'string' && (latest === undefined || value > latest) ? value : latest),
    undefined,
  )
  return { ...pick(time, ['created']), ...(newest === undefined ? {} : { modified: newest }), ...kept }
}

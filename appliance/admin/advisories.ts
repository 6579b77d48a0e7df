import type { Advisory, AdvisorySink, Severity, SourcedAdvisory, Validators } from '#common/advisories/index.ts'
import { app } from '#lexicons'
import type { Admin } from './open-admin.ts'

export type AdvisorySource = app.npm.registry.listAdvisorySources.Source

/** A request is as large as this, unless a single advisory is larger. */
const requestBytes = 2 ** 20
const timeoutMs = 120_000

/** Keeps advisories in the AppView, as those of a source. */
export function sinkOf({ appview }: Admin, source: string): AdvisorySink {
  return {
    async select(revisions) {
      const entries = revisions.map(({ id, modified }) => ({ id, modified }))
      const { wanted } = await appview.call(app.npm.registry.selectAdvisories, {
        input: { source, entries },
        timeoutMs,
      })
      return new Set(wanted)
    },
    async keep(advisories) {
      const sum = { added: 0, changed: 0, unchanged: 0 }
      for (const part of split(advisories)) {
        const input = { source, advisories: part }
        const kept = await appview.call(app.npm.registry.importAdvisories, { input, timeoutMs })
        sum.added += kept.added
        sum.changed += kept.changed
        sum.unchanged += kept.unchanged
      }
      return sum
    },
  }
}

function split(advisories: readonly Advisory[]): Advisory[][] {
  const parts: Advisory[][] = []
  let bytes = requestBytes
  for (const advisory of advisories) {
    bytes += Buffer.byteLength(JSON.stringify(advisory))
    const part = bytes > requestBytes ? undefined : parts.at(-1)
    if (part !== undefined) part.push(advisory)
    else {
      parts.push([advisory])
      bytes = Buffer.byteLength(JSON.stringify(advisory))
    }
  }
  return parts
}

/** Everything of a source was read. @param read where from, when that was a URL; whether there was anything to read */
export async function finishAdvisories(
  { appview }: Admin,
  source: string,
  { url, changed, etag, lastModified }: Validators & { url?: string; changed: boolean },
): Promise<void> {
  const input = {
    source,
    changed,
    ...(url === undefined ? {} : { url }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
  await appview.call(app.npm.registry.finishAdvisoryImport, { input })
}

export async function listAdvisorySources({ appview }: Admin): Promise<AdvisorySource[]> {
  return (await appview.call(app.npm.registry.listAdvisorySources, {})).sources
}

/** Those in effect, the newest first. */
export async function listAdvisories(
  { appview }: Admin,
  params: { package?: string; source?: string; severity?: Severity; limit: number },
): Promise<SourcedAdvisory[]> {
  return (await appview.call(app.npm.registry.listAdvisories, { params })).advisories
}

/** By its id or an alias, as each source has it. */
export async function findAdvisory({ appview }: Admin, id: string): Promise<SourcedAdvisory[]> {
  return (await appview.call(app.npm.registry.getAdvisory, { params: { id } })).found
}

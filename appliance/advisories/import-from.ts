import { type Admin, finishAdvisories, listAdvisorySources, sinkOf } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'
import { fetchOsv, type ImportedOsv, importOsv, readOsv } from '#common/advisories/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'

export interface ImportRequest {
  admin: Admin
  /** Name under which it is kept. */
  source: string
  outbound: OutboundConfig
  stop: AbortSignal
  report(so: Readonly<ImportedOsv>): void
}

/**
 * Takes over what is news in a file or folder.
 * @throws Failure when it cannot be read
 */
export async function importFromDisk(path: string, request: ImportRequest): Promise<ImportedOsv> {
  const outcome = await importPath(path, request)
  await finishAdvisories(request.admin, request.source, { changed: true })
  return outcome
}

/**
 * Takes over what is news behind a URL.
 * @returns undefined when the file there is the one that was read last
 * @throws AdvisoriesUnavailable, Failure
 */
export async function importFromUrl(url: string, request: ImportRequest): Promise<ImportedOsv | undefined> {
  const { admin, source, outbound, stop: signal } = request
  const last = (await listAdvisorySources(admin)).find(({ name }) => name === source)
  const known = last?.url === url ? { etag: last.etag, lastModified: last.lastModified } : {}
  await using fetched = await fetchOsv(url, { outbound, known, signal })
  if (fetched === undefined) {
    await finishAdvisories(admin, source, { url, changed: false, ...known })
    return undefined
  }
  const { path, etag, lastModified } = fetched
  const outcome = await importPath(path, request)
  await finishAdvisories(admin, source, { url, changed: true, etag, lastModified })
  return outcome
}

async function importPath(path: string, { admin, source, stop, report }: ImportRequest): Promise<ImportedOsv> {
  try {
    return await importOsv(readOsv(path), sinkOf(admin, source), { stop, report })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // The file system's, which name the file, and those of an archive that is none.
    const unreadable =
      ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR'].includes(String(code)) || /central directory/i.test(message)
    throw unreadable ? new Failure(`${path} cannot be read: ${message}`) : error
  }
}

import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AtollError } from '#common/errors/index.ts'
import { createOutbound, type OutboundConfig, type OutboundResponse } from '#common/outbound/index.ts'

/** OSV's archive of npm is a tenth of that. */
const maxBytes = 2 * 2 ** 30
const timeoutMs = 30 * 60_000

/** What a server said of a file when it was read last. */
export interface Validators {
  etag?: string | undefined
  lastModified?: string | undefined
}

/** A file that was fetched; disposing of it deletes it. */
export interface FetchedOsv extends AsyncDisposable, Validators {
  path: string
}

/**
 * Fetches a source to the disk, from where an archive can be read in any order.
 * @param known of the file as it was read last
 * @returns undefined when it has not changed since
 * @throws AdvisoriesUnavailable
 */
export async function fetchOsv(
  url: string,
  { outbound: config, known, signal }: { outbound: OutboundConfig; known: Validators; signal?: AbortSignal },
): Promise<FetchedOsv | undefined> {
  await using outbound = createOutbound({ allow: [url], config })
  const headers = {
    ...(known.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  }
  const response = await ask(() =>
    outbound.fetch(url, { maxBytes, timeoutMs, headers, ...(signal === undefined ? {} : { signal }) }),
  )
  if (response.status === 304) {
    response.body.destroy()
    return undefined
  }
  if (response.status !== 200) {
    response.body.destroy()
    throw new AtollError('AdvisoriesUnavailable', { url, reason: `it answered ${response.status}` })
  }
  return store(response)

  async function ask<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    try {
      return await act()
    } catch (cause) {
      signal?.throwIfAborted()
      const reason = cause instanceof AtollError ? cause.details['reason'] : (cause as Error).message
      throw new AtollError('AdvisoriesUnavailable', { url, reason }, cause)
    }
  }

  async function store({ body, headers, url: landed }: OutboundResponse): Promise<FetchedOsv> {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-advisories-'))
    const forget = () => rm(folder, { recursive: true, force: true })
    const path = join(folder, basename(new URL(landed).pathname) || 'advisories')
    try {
      await ask(() => pipeline(body, createWriteStream(path)))
    } catch (error) {
      await forget()
      throw error
    }
    const [etag, lastModified] = [headers.get('etag') ?? undefined, headers.get('last-modified') ?? undefined]
    return { path, etag, lastModified, [Symbol.asyncDispose]: forget }
  }
}

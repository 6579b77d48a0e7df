import { openAsBlob } from 'node:fs'
import { access, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { AtUriString } from '@atproto/syntax'
import type { Admin, Org } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'
import { AtollError } from '#common/errors/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { app } from '#lexicons'
import { stateOf } from '../look-at-org.ts'
import { tarballPath } from '../plan/make-plan.ts'
import type { Progress } from '../progress.ts'
import type { Source } from '../sources/source.ts'
import type { ApprovedImport } from './approved-import.ts'
import { type Batch, batchesOf } from './batches.ts'

export interface CarryingOut {
  admin: Admin
  org: Org
  source: Source
  /** Where downloaded tarballs are. */
  tarballs: string
  progress: Progress
  stop: AbortSignal
}

const batchesAtOnce = 2
const tarballsAtOnce = 8
const batchTimeoutMs = 110_000
const patienceMs = 15 * 60_000
const pauseMs = 1_000
const indexPatienceMs = 5 * 60_000
const indexQuestionMs = 5_000

/**
 * Brings the versions of an approved import to the org PDS, those that it does not have yet, and ends the import.
 * @returns how many were written
 * @throws ImportNotOpen when the approval is used up; what the org PDS refuses
 */
export async function carryOut(context: CarryingOut, approved: ApprovedImport): Promise<number> {
  const { progress, stop } = context
  const versions = await withState(context, approved)
  const missing = versions.filter(({ written }) => !written).length
  progress.begin('Writing', missing)
  await forEachBounded(batchesOf(versions), batchesAtOnce, async (batch) => {
    stop.throwIfAborted()
    await bring(context, approved, batch)
    const last = approved.versions[batch.from + batch.count - 1]
    progress.step(`${last?.name}@${last?.source.version}`, batch.count)
  })
  await finish(context, approved)
  await forEachBounded(versions, tarballsAtOnce, ({ name, source }) =>
    rm(tarballPath(context.tarballs, name, source.version), { force: true }),
  )
  return missing
}

async function withState({ admin, org }: CarryingOut, { versions }: ApprovedImport) {
  const states = new Map<string, Awaited<ReturnType<typeof stateOf>>>()
  await forEachBounded(new Set(versions.map(({ name }) => name)), tarballsAtOnce, async (name) => {
    states.set(name, await stateOf(admin, org, name))
  })
  return versions.map((version) => ({
    ...version,
    written: states.get(version.name)?.versions.has(version.source.version) === true,
  }))
}

async function bring(context: CarryingOut, approved: ApprovedImport, { from, count }: Batch): Promise<void> {
  const { admin } = context
  const paths = new Array<string>(count)
  await forEachBounded(paths.keys(), tarballsAtOnce, async (at) => {
    paths[at] = await tarballOf(context, approved.versions[from + at])
  })
  const input = new Blob(await Promise.all(paths.map((path) => openAsBlob(path))))
  const params = { import: approved.record, from, count }
  await patiently(context, () =>
    admin.org.call(app.npm.operation.importVersions, { params, input, timeoutMs: batchTimeoutMs }),
  )
}

/** What was downloaded for the plan is still there, unless somebody tidied up. */
async function tarballOf({ source, tarballs }: CarryingOut, version: ApprovedImport['versions'][number] | undefined) {
  if (version === undefined) throw new Error('a batch is within the list')
  const { name, source: described } = version
  const kept = tarballPath(tarballs, name, described.version)
  const isKept = await access(kept).then(
    () => true,
    () => false,
  )
  const { tarball, integrity, shasum, publishedAt, deprecated } = described
  const wanted = { version: described.version, tarball, integrity, shasum, publishedAt, deprecated }
  return isKept ? kept : source.fetch(name, wanted, kept)
}

async function finish(context: CarryingOut, { record }: ApprovedImport): Promise<void> {
  const { missing, last } = await patiently(context, () =>
    context.admin.org.call(app.npm.operation.finishImport, { input: { import: record }, timeoutMs: batchTimeoutMs }),
  )
  if (missing > 0) throw new Failure(`${missing} versions are missing although all were sent: run the command again.`)
  if (last !== undefined) await awaitIndex(context, last)
}

/** So that an install right after finds everything. */
async function awaitIndex({ admin, progress, stop }: CarryingOut, { uri, cid }: { uri: AtUriString; cid: string }) {
  const until = Date.now() + indexPatienceMs
  const params = { uri, cid, timeoutMs: indexQuestionMs }
  while (!stop.aborted && Date.now() < until) {
    const { effective } = await admin.appview.call(app.npm.registry.awaitRecord, { params })
    if (effective) return
  }
  progress.say('All is written; the index is still catching up.')
}

/** Components restart, and attestations take their time: what may go better in a second is tried again. */
async function patiently<Result>({ stop }: CarryingOut, work: () => Promise<Result>): Promise<Result> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AtollError) || error.status !== 503 || Date.now() > until) throw error
    }
    await delay(pauseMs, undefined, { signal: stop })
  }
}

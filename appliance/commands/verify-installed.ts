import { basename, join } from 'node:path'
import { Failure } from '#appliance/failures.ts'
import { findToken } from './session.ts'
import { report } from './verify-report.ts'

interface Options {
  registry?: string
  anchors?: string
  sarif?: string
  sinceFile?: string
  json?: boolean
  token?: string
}

/** `atoll verify --installed`: asks one question however much is installed, so that agents and CI steps may ask often. */
export async function verifyInstalled(path: string, options: Options): Promise<void> {
  const { anchorsBeside, findRevoked, readAnchors, readLockfile, readRevoked, readSince, RegistryClient, writeSince } =
    await import('#appliance/verify/index.ts')
  const { path: lockfile, packages } = await readLockfile(
    basename(path) === 'node_modules' ? path : join(path, 'node_modules'),
  )
  const url = options.registry ?? (await readAnchors(options.anchors ?? anchorsBeside(lockfile))).registry
  const client = new RegistryClient(url, await findToken(url, options.token))
  const { sinceFile } = options
  const since = await readRevoked(client, await readSince(client.url, sinceFile), () => {
    process.stderr.write(
      `${url} was restored from a backup since ${sinceFile} was written: its list of revocations is read from the beginning. What was revoked before counts on until the list says otherwise; delete the file to forget it.\n`,
    )
  })
  const outcomes = findRevoked(packages, since)
  if (sinceFile !== undefined) await writeSince(sinceFile, since)
  const summary = `${packages.length} installed; ${outcomes.length} of them revoked.`
  await report({ lockfile, outcomes, summary, empty: 'Nothing that is installed was revoked.' }, options)
  if (outcomes.length > 0) throw new Failure(`${outcomes.length} of the packages in ${lockfile} were revoked.`)
}

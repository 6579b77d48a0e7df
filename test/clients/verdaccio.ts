import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import { installWith } from './install-programs.ts'

export interface Verdaccio extends AsyncDisposable {
  url: string
  /** Of somebody who may publish. */
  token: string
}

/** The registry that many companies run, on loopback and with nothing behind it. */
export async function startVerdaccio(): Promise<Verdaccio> {
  await using opening = new AsyncDisposableStack()
  // It asks for a tag of node-fetch that the registry does not have.
  const programs = await installWith({ 'node-fetch': '2.7.0' }, 'verdaccio@6.10.4')
  const folder = await mkdtemp(join(tmpdir(), 'atoll-verdaccio-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const config = join(folder, 'config.yaml')
  const packages = "'**': { access: $all, publish: $authenticated }"
  await writeFile(
    config,
    `storage: ${folder}/storage\nauth: { htpasswd: { file: ${folder}/htpasswd } }\npackages: { ${packages} }\nlog: { type: stdout, level: error }\n`,
  )
  const url = `http://127.0.0.1:${await freePort()}`
  const process = spawn(join(programs, 'verdaccio'), ['--config', config, '--listen', url], { stdio: 'ignore' })
  opening.defer(async () => {
    process.kill()
    await once(process, 'exit')
  })
  await vi.waitFor(async () => fetch(`${url}/-/ping`), { timeout: 60_000, interval: 200 })
  const answer = await fetch(`${url}/-/user/org.couchdb.user:acme`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'acme', password: 'correct-horse-battery' }),
  })
  const { token } = (await answer.json()) as { token: string }
  const opened = opening.move()
  return { url, token, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

import type { ComponentName } from '#appliance/config/index.ts'
import { loadComponent } from './components.ts'
import { forwardPorts, readForwards } from './forward-ports.ts'
import { keepCompiledCode } from './keep-compiled-code.ts'
import { type SupervisorLink, supervisorLink } from './supervisor-link.ts'

const lastResortMs = 2_000

/**
 * Runs one component in this process until it is told to stop: by a signal, or by the end of the supervisor that
 * started it, so that no kill -9 leaves an orphan behind.
 * @throws whatever the component's start throws
 */
export async function runComponent(name: ComponentName, configFile: string): Promise<void> {
  const supervisor = supervisorLink()
  const stop = Promise.race([nextSignal(), ...(supervisor === undefined ? [] : [supervisor.gone])])
  const starting = start(name, configFile, supervisor, stop)
  try {
    await Promise.race([starting, stop])
    await stop
    endBeforeLong()
    await (await starting)?.[Symbol.asyncDispose]()
  } finally {
    endBeforeLong()
    supervisor?.close()
  }
}

/** @returns undefined when it was told to stop before it began */
async function start(
  name: ComponentName,
  configFile: string,
  supervisor: SupervisorLink | undefined,
  stop: Promise<void>,
): Promise<AsyncDisposable | undefined> {
  // Loading is most of the time a start takes; it is done while the supervisor prepares what the component needs.
  const startWithConfig = await loadComponent[name]()
  const mayStart = supervisor === undefined || (await Promise.race([supervisor.toStart, stop.then(() => false)]))
  if (!mayStart) return undefined
  await using opening = new AsyncDisposableStack()
  opening.use(await forwardPorts(await readForwards(configFile)))
  opening.use(await startWithConfig(configFile))
  supervisor?.sayReady()
  keepCompiledCode()
  return opening.move()
}

/** Libraries keep sockets and timers of their own; whatever is left of them must not keep the process. */
function endBeforeLong(): void {
  setTimeout(endNow, lastResortMs).unref()
}

/** The first process of a container is its init, which no signal from inside can kill (pid_namespaces(7)). */
function endNow(): void {
  if (process.pid === 1) process.exit()
  process.kill(process.pid, 'SIGKILL')
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

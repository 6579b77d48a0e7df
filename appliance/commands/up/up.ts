import { readSettings, type Settings } from '#appliance/config/index.ts'
import { AlreadyRunning, BoxLog, DoesNotStart, startBox } from '#appliance/supervise/index.ts'
import { CommandFailed } from '../failure.ts'

interface UpOptions {
  file: string | undefined
  verbose: boolean
}

/** Starts the box, says what to do next, and ends it when told to. */
export async function up({ file, verbose }: UpOptions): Promise<void> {
  const began = Date.now()
  const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
  const stop = stopSignal()
  using log = new BoxLog(settings.dataDir, process.stdout, { verbose })
  log.progress('Starting the box …')
  try {
    await using stack = new AsyncDisposableStack()
    const starting = startBox(settings, process.env, log)
    // Ctrl-C while it starts: what has been started so far is ended, too.
    stack.defer(async () => (await starting.catch(() => undefined))?.[Symbol.asyncDispose]())
    const box = await Promise.race([starting, stop])
    if (box === undefined) return
    log.say(nextSteps(settings, (Date.now() - began) / 1000))
    await Promise.race([stop, box.broken])
    log.progress('Stopping …')
  } catch (error) {
    if (error instanceof AlreadyRunning || error instanceof DoesNotStart) throw new CommandFailed(error.message)
    throw error
  }
}

function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(undefined))
  })
}

function nextSteps({ publicUrls, idps }: Settings, seconds: number): string {
  const { gateway } = publicUrls
  const who = idps.length > 0 ? '' : '   # alice, bob, carol or dan: the page shows password and code'
  return `
Ready after ${seconds.toFixed(1)} s: ${gateway}

  npm login --registry ${gateway}${who}
  npm publish --registry ${gateway}   # a package named @acme.test/…
  npm install --registry ${gateway} @acme.test/hello express

To use it without --registry: npm config set @acme.test:registry ${gateway} (or registry, for everything).
Ctrl-C ends it.`
}

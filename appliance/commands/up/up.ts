import { readSettings, type Settings } from '#appliance/config/index.ts'
import { aborted, BoxLog, startBox } from '#appliance/supervise/index.ts'
import { stopSignal } from '../stop-signal.ts'

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
    await using _box = await startBox({ settings, env: process.env, log, stop })
    if (settings.idps.length === 0) await Promise.race([seed(settings, log, stop), aborted(stop)])
    if (!stop.aborted) log.say(nextSteps(settings, (Date.now() - began) / 1000))
    await aborted(stop)
  } catch (error) {
    if (!stop.aborted) throw error
  }
  log.progress('Stopped.')
}

const seedAttempts = 3

/** A demo that could not be filled is still a box. On a machine that is busy, what was waited for may come a little later. */
async function seed(settings: Settings, log: BoxLog, stop: AbortSignal): Promise<void> {
  // Loaded for the moment it is needed: browser, pages and all.
  const { seedDemo } = await import('#appliance/demo/seed/index.ts')
  for (let attempt = 1; !stop.aborted; attempt += 1) {
    try {
      const outcome = await seedDemo(settings)
      if (outcome === 'seeded') log.progress('✓ demo: organisation acme.test, team maintainers, rules')
      return
    } catch (error) {
      const reason = (error as Error).message
      if (attempt === seedAttempts) {
        return log.progress(`! the demo could not be set up and will be at the next start: ${reason}`)
      }
      log.progress(`· the demo is not set up yet, trying again: ${reason}`)
    }
  }
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

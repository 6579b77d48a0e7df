import { readSettings, type Settings } from '#appliance/config/index.ts'
import { seedDemo } from '#appliance/demo/seed/index.ts'
import { Failure } from '#appliance/failures.ts'
import { BoxLog, startBox } from '#appliance/supervise/index.ts'
import { playTour, TourFailure } from '#appliance/tour/index.ts'
import { stopSignal } from '../stop-signal.ts'

const pingTimeoutMs = 2_000

/** Plays the tour against the running box, or against one started for it. */
export async function tour({ file }: { file: string | undefined }): Promise<void> {
  const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
  if (settings.idps.length > 0) {
    throw new Failure(
      'The tour signs in at the demo identity provider, and this box uses another: start a box without "idps".',
    )
  }
  using log = new BoxLog(settings.dataDir, process.stdout, { verbose: false })
  await using stack = new AsyncDisposableStack()
  if (!(await isRunning(settings))) {
    log.progress('No box is running here: starting one for the tour …')
    stack.use(await startBox({ settings, env: process.env, log, stop: stopSignal() }))
    await seedDemo(settings)
  }
  try {
    await playTour(settings.publicUrls.gateway, process.stdout)
  } catch (error) {
    if (error instanceof TourFailure) throw new Failure(error.message)
    throw error
  }
}

async function isRunning({ publicUrls }: Settings): Promise<boolean> {
  try {
    return (await fetch(`${publicUrls.gateway}/-/ping`, { signal: AbortSignal.timeout(pingTimeoutMs) })).ok
  } catch {
    return false
  }
}

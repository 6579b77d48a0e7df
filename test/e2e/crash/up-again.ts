import { setTimeout as pause } from 'node:timers/promises'
import type { SupervisedBox } from '#test/support/supervised-box.ts'

/** Settles when every part of a box says that it works. */
export async function everythingIsUp(box: SupervisedBox): Promise<void> {
  const until = Date.now() + 30_000
  let said = ''
  while (Date.now() < until) {
    const { exitCode, stdout } = await box.atoll(['status', '--json'])
    if (exitCode === 0) return
    said = stdout
    await pause(200)
  }
  throw new Error(`the box does not come up again:\n${said}\n${box.output()}`)
}

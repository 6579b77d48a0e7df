import type { TestProject } from 'vitest/node'
import { canRunChromium } from '#test/support/chromium.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Gateway of the box that all browser tests of a run share; undefined when there is no browser. */
    browserGateway: string | undefined
  }
}

/** One box for all files. Without Chromium the tests are left out, loudly; where CI runs them, they fail. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!(await canRunChromium())) {
    project.provide('browserGateway', undefined)
    return undefined
  }
  const box = await startSupervisedBox()
  project.provide('browserGateway', box.gateway)
  return async () => box[Symbol.asyncDispose]()
}

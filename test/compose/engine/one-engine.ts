import { works } from '#test/support/run-command.ts'
import { installEngine, startEngine } from './own-engine.ts'

/** Where no engine answers, one for all files of a run, so that images are made once. Workers inherit where it is. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (await works('docker', ['info'], { timeoutMs: 10_000 })) return undefined
  await installEngine()
  const engine = await startEngine()
  process.env['DOCKER_HOST'] = engine.host
  process.env['ATOLL_TEST_OWN_ENGINE'] = '1'
  return async () => engine[Symbol.asyncDispose]()
}

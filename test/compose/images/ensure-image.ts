import type { Engine } from '../engine/engine.ts'

const pullMs = 300_000

/**
 * An image by its real name where the engine has it or can fetch it; else one that stands in for it.
 * @param build makes the stand-in, under the name it is given
 * @returns the name to use
 */
export async function ensureImage(
  engine: Engine,
  name: string,
  build: (tag: string) => Promise<void>,
): Promise<string> {
  if (await exists(engine, name)) return name
  const pulled = await engine.docker(['pull', '--quiet', name], { timeoutMs: pullMs }).catch(() => undefined)
  if (pulled !== undefined) return name
  const standIn = `atoll-stand-in/${name}`
  if (!(await exists(engine, standIn))) await build(standIn)
  return standIn
}

function exists(engine: Engine, name: string): Promise<boolean> {
  return engine.docker(['image', 'inspect', name]).then(
    () => true,
    () => false,
  )
}

import { AtollError } from '#common/errors/index.ts'

/** @throws InternalError when the step that sets it has not run: a list of steps is in the wrong order */
export function required<T>(value: T | undefined, setBy: string): T {
  if (value === undefined) throw new AtollError('InternalError', {}, new Error(`${setBy} has to run before`))
  return value
}

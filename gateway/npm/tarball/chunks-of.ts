import { AtollError } from '#common/errors/index.ts'

/** The body of a component's answer as it arrives. @throws ComponentUnavailable when it breaks off */
export async function* chunksOf({ body }: Response, component: string): AsyncGenerator<Uint8Array> {
  if (body === null) return
  try {
    yield* body
  } catch (cause) {
    throw new AtollError('ComponentUnavailable', { component }, cause)
  }
}

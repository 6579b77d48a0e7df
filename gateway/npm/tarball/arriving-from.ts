import { AtollError } from '#common/errors/index.ts'
import type { ArrivingTarball } from '../../cache/index.ts'

/** The body of a component's answer as it arrives. Reading it throws ComponentUnavailable when it breaks off. */
export function arrivingFrom(response: Response, component: string): ArrivingTarball {
  const length = response.headers.get('content-length')
  return { bytes: chunksOf(response, component), size: length === null ? undefined : Number(length) }
}

async function* chunksOf({ body }: Response, component: string): AsyncGenerator<Uint8Array> {
  if (body === null) return
  try {
    yield* body
  } catch (cause) {
    throw new AtollError('ComponentUnavailable', { component }, cause)
  }
}

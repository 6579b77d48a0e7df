import { AtollError } from '#common/errors/index.ts'
import type { ArrivingTarball } from './expected-tarball.ts'

/** A tarball whose length is known. */
interface KnownTarball {
  package: string
  version: string
  /** Bytes. */
  size: number
}

/** The body of a component's answer as it arrives. Reading it throws ComponentUnavailable when it breaks off. */
export function arrivingFrom(response: Response, component: string): ArrivingTarball {
  const length = response.headers.get('content-length')
  return { bytes: chunksOf(response, component), size: length === null ? undefined : Number(length) }
}

/**
 * The same of a tarball that has as many bytes as were signed: nobody waits for those that do not come.
 * @throws TarballIncomplete, also in place of the rest
 */
export async function arrivingWhole(
  response: Response,
  component: string,
  known: KnownTarball,
): Promise<ArrivingTarball> {
  const { bytes, size = known.size } = arrivingFrom(response, component)
  if (size >= known.size) return { bytes: allOf(bytes, known), size }
  await response.body?.cancel()
  throw incomplete(known, size)
}

async function* chunksOf({ body }: Response, component: string): AsyncGenerator<Uint8Array> {
  if (body === null) return
  try {
    yield* body
  } catch (cause) {
    throw new AtollError('ComponentUnavailable', { component }, cause)
  }
}

async function* allOf(bytes: AsyncIterable<Uint8Array>, known: KnownTarball): AsyncGenerator<Uint8Array> {
  let received = 0
  try {
    for await (const chunk of bytes) {
      received += chunk.length
      yield chunk
    }
  } catch (cause) {
    throw incomplete(known, received, cause)
  }
  if (received < known.size) throw incomplete(known, received)
}

function incomplete({ size, ...about }: KnownTarball, received: number, cause?: unknown): AtollError {
  return new AtollError('TarballIncomplete', { ...about, received, size }, cause)
}

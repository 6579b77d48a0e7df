import type { TourContext } from '../context.ts'
import { expectThat } from '../expect.ts'
import { publishRequest } from '../publish-request.ts'
import { send } from '../registry.ts'

/** Bytes that are not those the manifest names are refused, and nothing of them is kept. */
export async function refuseTampering({ alice, gateway, narrator, package: { name } }: TourContext): Promise<void> {
  narrator.step('Somebody alters the tarball on its way')
  const { url, init } = publishRequest(gateway, (await alice.npm.token()) ?? '', name, '98.0.0', { tampered: true })
  const answer = await send(url, init)
  expectThat(answer.status === 400, 'a tampered upload is a 400')
  narrator.fact('answer', `400 ${answer.body.error ?? ''}`)
}

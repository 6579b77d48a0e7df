import type { TourContext } from '../context.ts'
import { expectThat } from '../expect.ts'
import { publishRequest } from '../publish-request.ts'
import { send } from '../registry.ts'

/** A token is not enough: whoever holds alice's gets a page that only alice can approve. */
export async function refuseStolenToken({
  alice,
  bob,
  gateway,
  narrator,
  package: { name },
}: TourContext): Promise<void> {
  narrator.step("Somebody stole alice's token and publishes with it")
  const token = (await alice.npm.token()) ?? ''
  const { url, init } = publishRequest(gateway, token, name, '97.0.0')
  const first = await send(url, init)
  expectThat(
    first.status === 401 && first.body.authUrl !== undefined,
    'the token alone gets no further than an approval page',
  )
  const refusal = await bob.person.isRefusedAt(first.body.authUrl)
  expectThat(refusal, 'the page refuses everybody but alice')
  const guessed = await send(url, { ...init, headers: { ...init.headers, 'npm-otp': '00000000' } })
  expectThat(guessed.status === 401, 'an invented one-time code is refused')
  const packument = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const { versions } = (await packument.json()) as { versions: Record<string, unknown> }
  expectThat(versions['97.0.0'] === undefined, 'the version is not installable')
  narrator.says(
    'They got an approval page that refuses everybody but alice; without her second factor nothing became installable.',
  )
}

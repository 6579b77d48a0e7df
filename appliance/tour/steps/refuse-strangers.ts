import type { TourContext } from '../context.ts'
import { expectThat } from '../expect.ts'
import { send } from '../registry.ts'

/** Without a sign-in there is nothing to see, and with an invented token neither. */
export async function refuseStrangers({ gateway, narrator, package: { name } }: TourContext): Promise<void> {
  narrator.step('A stranger asks')
  const url = `${gateway}/${name.replace('/', '%2f')}`
  const anonymous = await send(url)
  const invented = await send(url, { headers: { authorization: 'Bearer npm_000000000000000000000000000000000000' } })
  expectThat(anonymous.status === 401 && invented.status === 401, 'anonymous requests and invented tokens get 401')
  narrator.fact('answer', `401 ${anonymous.body.error ?? ''}`)
}

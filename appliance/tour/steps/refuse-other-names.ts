import type { TourContext } from '../context.ts'
import { expectThat } from '../expect.ts'
import { send } from '../registry.ts'

/** A name under an organisation's handle is answered here or nowhere: nobody can register it elsewhere and be served. */
export async function refuseOtherNames({ alice, gateway, narrator }: TourContext): Promise<void> {
  narrator.step('Dependency confusion: names that look internal and do not exist')
  const headers = { authorization: `Bearer ${(await alice.npm.token()) ?? ''}` }
  for (const name of ['@acme.test/missing', '@ACME.test/x', '@other.test/y']) {
    const { status } = await send(`${gateway}/${name.replace('/', '%2f')}`, { headers })
    expectThat(status === 404, `${name} is a 404`)
    narrator.fact(name, '404, and no other registry was asked')
  }
}

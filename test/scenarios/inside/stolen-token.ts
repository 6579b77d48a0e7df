import { alone, attests, drafts } from '#test/component/appview/deeds.ts'
import { scenario } from '../page/scenario.ts'

export const stolenToken = scenario(
  'Shai-Hulud, inside: a stolen token',
  'The worm finds an employee’s token, and with it the way into the organisation’s PDS. It writes a version of an internal package there, in the right place and well signed. What it cannot write is the attestation in the person’s own repository, for which the identity provider wants a second factor.',
  async ({ parts: { scene, company } }, told) => {
    const { acme, alice, bob } = company
    const name = '@acme.test/payments'
    await company.publishes(name, '1.0.0')
    told.happens('The organisation’s PDS writes `1.0.1`; nobody attests it.')
    const draft = await drafts(acme, {
      name,
      version: '1.0.1',
      manifest: { scripts: { postinstall: 'node bundle.js' } },
    })
    await scene.tells(acme, alone(draft))
    const verdict = () => company.verdict(name, '1.0.1')
    await told.holds(`${name}@1.0.1`, verdict, 'attested-by-permitted')
    told.happens('Somebody attests it who may not publish the package.')
    await scene.tells(bob, [attests(acme, draft)])
    await company.isUpToDate()
    await told.holds(`${name}@1.0.1`, verdict, 'attested-by-permitted')
    await told.shows('The packument has', async () => Object.keys((await company.packument(name)).versions), ['1.0.0'])
    told.happens('Who may publish is talked into approving it. It is still what it is.')
    await scene.tells(alice, [attests(acme, draft)])
    await told.holds(`${name}@1.0.1`, verdict, 'install-scripts')
    told.happens('A version comes that somebody may publish, and wants to.')
    await company.publishes(name, '1.0.2')
    await told.allows(`${name}@1.0.2`, () => company.verdict(name, '1.0.2'))
  },
)

export const rewrittenVersion = scenario(
  'A version that is written anew',
  'A broken PDS, or who broke into it, puts another record in the place of a version that people use.',
  async ({ parts: { scene, company, alarms } }, told) => {
    const { acme, alice } = company
    const name = '@acme.test/steady'
    told.happens('Alice publishes `1.0.0`.')
    await company.publishes(name, '1.0.0')
    await told.allows(`${name}@1.0.0`, () => company.verdict(name, '1.0.0'))
    told.happens('The PDS replaces the record, and has even an attestation of the new one.')
    const other = await drafts(acme, { name, version: '1.0.0', manifest: { main: 'evil.js' } })
    await scene.tells(alice, [attests(acme, other)])
    await scene.tells(
      acme,
      alone(other).map((write) => ({ ...write, action: 'update' as const })),
    )
    await told.blocks(`${name}@1.0.0`, () => company.verdict(name, '1.0.0'), 'not-tampered')
    await told.shows('Those who look after security are told', () => alarms.about(name), ['version-tampered'])
  },
)

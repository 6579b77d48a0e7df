import { deletes, retires, tagsVersion } from '#test/component/appview/deeds.ts'
import { scenario } from '../page/scenario.ts'
import { hourMs } from '../stage/outside.ts'

export const tagRollback = scenario(
  'A tag that is moved back',
  'Whoever can move `latest` to an old version with a known hole has everybody install it. So moving a tag is an operation: the page on which it is approved says that it moves back.',
  async ({ parts: { scene, company } }, told) => {
    const { acme } = company
    const name = '@acme.test/tagged'
    told.happens('The package has `1.0.0` and `2.0.0`, and `latest` is set with an approval.')
    for (const version of ['1.0.0', '2.0.0']) await company.publishes(name, version)
    const createdAt = new Date().toISOString()
    const latestIs = { name, tag: 'latest', createdAt }
    const first = await company.approves(tagsVersion(acme, { ...latestIs, version: '2.0.0' }))
    const latest = async () => (await company.packument(name))['dist-tags']['latest']
    await told.shows('`latest` is', latest, '2.0.0')
    told.happens('The organisation’s PDS alone moves it to `1.0.0`.')
    const back = tagsVersion(acme, { ...latestIs, version: '1.0.0' }, 'update')
    await scene.tells(acme, [back.write])
    await company.isUpToDate()
    await told.shows('The move is', () => company.effective(back), 'without effect')
    await told.shows('`latest` is', latest, '2.0.0')
    told.happens('Somebody who may publish the package approves exactly that.')
    await scene.tells(company.alice, [back.approval()])
    await told.shows('The move is', () => company.effective(back), 'in effect')
    await told.shows('`latest` is', latest, '1.0.0')
    // Neither is older, so that nothing but that it counted once keeps it from counting again.
    told.happens(
      'The PDS writes back the record of before, which was approved once and says that it is of the same moment.',
    )
    await scene.tells(acme, [{ ...first.write, action: 'update' }])
    await company.isUpToDate()
    await told.shows('`latest` is', latest, '1.0.0')
    told.happens('An approval of yesterday is found, of a move to `2.0.0` that nobody made then. The PDS makes it now.')
    const yesterday = new Date(Date.now() - 24 * hourMs).toISOString()
    const early = await company.approves(
      tagsVersion(acme, { ...latestIs, version: '2.0.0', createdAt: yesterday }, 'update'),
    )
    await company.isUpToDate()
    await told.shows('The move is', () => company.effective(early), 'without effect')
    await told.shows('`latest` is', latest, '1.0.0')
  },
)

export const deletedRetirement = scenario(
  'A retirement that is deleted',
  'A version that leaks a password was withdrawn. Who broke into the organisation’s PDS wants it back, and deletes the record that says so.',
  async ({ parts: { scene, company, alarms } }, told) => {
    const { acme } = company
    const name = '@acme.test/hello'
    told.happens('The package has `1.0.0` and `1.0.1`.')
    for (const version of ['1.0.0', '1.0.1']) await company.publishes(name, version)
    const verdict = () => company.verdict(name, '1.0.0')
    await told.allows(`${name}@1.0.0`, verdict)
    told.happens('Its maintainers withdraw it, with an approval.')
    const retired = await company.approves(retires(acme, '1.0.0', { reason: 'leaks a password' }))
    await told.blocks(`${name}@1.0.0`, verdict, 'not-retired')
    told.happens('The record is deleted.')
    await scene.tells(acme, [deletes(retired)])
    await company.isUpToDate()
    await told.blocks(`${name}@1.0.0`, verdict, 'not-retired')
    await told.shows('Those who look after security are told', () => alarms.about('hello'), ['metadata-deleted'])
  },
)

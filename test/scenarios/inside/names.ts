import { claims, grants, moves, transfers } from '#test/component/appview/deeds.ts'
import { scenario } from '../page/scenario.ts'

export const oneSidedClaim = scenario(
  'A claim, or a grant, by itself',
  'A name that has no domain is an organisation’s when it claims it, with an approval, and the registry grants exactly that claim. Either side may be broken into.',
  async ({ parts: { scene, company } }, told) => {
    const { acme } = company
    const name = 'acme-secrets'
    const holder = async () => {
      await company.isUpToDate()
      return company.holder(name)
    }
    told.happens('The organisation claims `acme-secrets`; the registry grants nothing.')
    const claim = await company.claims(name)
    await told.shows('The name is looked for', holder, 'none')
    told.happens('The registry grants another claim than the one that was approved.')
    await scene.tells('registrar', [grants(acme, name, { ...claim, cid: claims(acme, 'another-name').cid }).write])
    await told.shows('The name is looked for', holder, 'none')
    await told.shows('All that became of it is', () => company.history(name), ['claimed'])
    told.happens('It grants the right one.')
    await scene.tells('registrar', [{ ...grants(acme, name, claim).write, action: 'update' }])
    await told.shows('The name is of', holder, 'acme.test')
    told.happens('The organisation takes its claim back, with an approval; the registry’s grant stays where it is.')
    const createdAt = new Date(Date.now() + 1).toISOString()
    await company.approves(claims(acme, name, { retired: true, createdAt }, 'update'))
    await told.shows('The name is looked for', holder, 'none')
    told.happens('The organisation’s PDS writes the claim back that was granted.')
    await scene.tells(acme, [{ ...claim.write, action: 'update' }])
    await told.shows('The name is looked for', holder, 'none')
  },
)

export const incompleteTransfer = scenario(
  'A transfer that is not complete',
  'A name goes from one organisation to another when the giver lets it go, the receiver claims it, and the registry changes its word. Two of the three are not enough.',
  async ({ parts: { scene, company } }, told) => {
    const { acme } = company
    const name = 'acme-tool'
    const other = await company.foundsAnother('other.test')
    await scene.tells('registrar', [grants(acme, name, await company.claims(name)).write])
    const holder = async () => {
      await company.isUpToDate()
      return company.holder(name)
    }
    told.happens('An organisation has the name `acme-tool`, by a claim and a grant.')
    await told.shows('The name is of', holder, 'acme.test')
    const [transfer, claim] = [transfers(acme, name, other), claims(other, name)]
    const change = moves(scene.parts.registrar, name, { from: acme, to: other, transfer, claim })
    told.happens('Receiver and registry agree; the giver does not know.')
    await company.approves(claim, other)
    await scene.tells('registrar', [change.write])
    await told.shows('The name is of', holder, 'acme.test')
    told.happens('The giver’s PDS writes the transfer, and nobody there approved it.')
    await scene.tells(acme, [transfer.write])
    await told.shows('The name is of', holder, 'acme.test')
    told.happens('Somebody who manages the giver approves it.')
    await scene.tells(company.alice, [transfer.approval()])
    await told.shows('The name is of', holder, 'other.test')
  },
)

import { describeBundle } from '#common/provenance/index.ts'
import { declaresSource } from '#test/component/appview/deeds.ts'
import { type Build, claimsOf, releaseOnGithub, slsa1 } from '#test/support/sigstore/index.ts'
import { scenario } from '../page/scenario.ts'
import type { Stage } from '../stage/stage.ts'

const name = '@acme.test/built'
const { issuer, repository, repositoryId, ownerId } = releaseOnGithub
const source = {
  ...{ issuer, repository, repositoryId, ownerId },
  ...{ workflows: ['.github/workflows/release.yml'], refs: ['refs/heads/main'], environments: ['npm'] },
}
const mallory = { repository: 'https://github.com/mallory/hello', repositoryId: '13', ownerId: '1' }

/** What a job says of itself that is not as declared. */
const elsewhere: [where: string, change: Partial<Build>][] = [
  ['in a fork', mallory],
  ['by another workflow', { workflow: '.github/workflows/test.yml' }],
  ['from another branch', { ref: 'refs/heads/feature' }],
  ['in another environment', { environment: 'staging' }],
  ['in a repository that somebody made anew under the old name', { repositoryId: '666' }],
  ['in the repository itself, after it went to another owner', { ownerId: '1' }],
]

export const provenance = scenario(
  'Built somewhere else',
  `The package declares where it is built: repository \`${repository}\` by its number, the workflow \`release.yml\`, the branch \`main\`, the environment \`npm\`. Every version below has provenance that verifies, and somebody who may publish approved it; what differs is where it was built.`,
  async (stage, told) => {
    const { company } = stage.parts
    await company.publishes(name, '0.1.0')
    const declared = declaresSource(company.acme, { name, source })
    await company.approves({ ...declared, write: { ...declared.write, action: 'create' } })
    await company.isUpToDate()
    const builds = buildsOn(stage)
    told.happens('Built where it should be.')
    await builds('1.0.0', {})
    await told.allows(`${name}@1.0.0`, () => company.verdict(name, '1.0.0'))
    for (const [index, [where, change]] of elsewhere.entries()) {
      const version = `1.0.${index + 1}`
      told.happens(`Built ${where}.`)
      await builds(version, change)
      await told.blocks(`${name}@${version}`, () => company.verdict(name, version), 'provenance')
    }
    told.happens('Built in the same repository, which has another name now.')
    await builds('1.1.0', { repository: 'https://github.com/acme/renamed' })
    await told.allows(`${name}@1.1.0`, () => company.verdict(name, '1.1.0'))
  },
)

/** Publishes what such a job built. */
function buildsOn({ parts: { scene, company, sigstore } }: Stage) {
  return async (version: string, change: Partial<Build>): Promise<void> => {
    const build = { ...releaseOnGithub, environment: 'npm', ...change }
    await company.publishes(name, version, {
      bundle: async (integrity) => {
        const bundle = await sigstore.sign(slsa1({ name, version, integrity }, build), claimsOf(build))
        scene.parts.org.blobs.set(describeBundle(bundle).cid, bundle)
        return bundle
      },
    })
  }
}

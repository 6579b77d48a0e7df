import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approveStaged } from '#appliance/admin/index.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { boundAudience, jobAudience } from '#common/ci/index.ts'
import type { CiIssuer } from '#test/support/ci-issuer.ts'
import { type Developer, packVersion } from '#test/support/developer.ts'
import type { PackageSource } from '#test/support/package-folder.ts'
import { openSource, type PromotingBox } from '../promoting-box.ts'
import { animals, publishes, stages } from './private-life.ts'

/** A package of which later versions follow; it has versions of every kind: one person's, a CI job's, and one of two people. */
export const kit = '@acme.test/kit'
/** What is asked for. */
export const firstOfKit = ['1.0.0', '1.1.0', '1.2.0']
/** What follows. */
export const laterOfKit = ['1.3.0', '1.4.0']
/** By CI. */
export const builtOfKit = ['1.1.0', '1.4.0']
/** What does not follow: it names an internal host; its publisher did not agree; nor did who staged it. */
export const hiddenOfKit = ['2.0.0', '2.1.0', '2.2.0'].map((version) => `${version}-${animals.version}.1`)
const [unfit = '', foreign = '', staged = ''] = hiddenOfKit
/** Withdrawn. */
export const retiredOfKit = '1.2.0'
export const internalPage = `https://wiki.corp.acme.test/${animals.message}`

/** Whoever works on it. */
export interface KitMakers {
  scene: PromotingBox
  bob: Developer
  ci: CiIssuer
}

export async function beginsKit(makers: KitMakers): Promise<void> {
  const { scene } = makers
  const manager = scene.administers(scene.dan)
  await scene.publishes(openSource(kit, '1.0.0'))
  await manager.reads('permission', 'add', 'alice', 'approve', kit, '--org', 'acme.test')
  await trustsBuilder(makers)
  await publishesFromCi(makers, '1.1.0')
  await publishesTogether(makers, '1.2.0')
}

/** After it is public: that follows. */
export async function goesOnWithKit(makers: KitMakers): Promise<void> {
  const { scene } = makers
  const does = await npmOf(scene)
  await does('dist-tag', 'add', `${kit}@1.0.0`, 'stable')
  await publishes(scene.alice, openSource(kit, '1.3.0'), 'latest')
  await publishesFromCi(makers, '1.4.0')
  await does('dist-tag', 'add', `${kit}@1.3.0`, 'stable')
  await does('deprecate', `${kit}@1.0.0`, 'use a later one')
  await does('unpublish', `${kit}@${retiredOfKit}`, '--force')
}

/** None of that does. Its source comes last: while that cannot be shown, no version follows. */
export async function keepsOfKit(makers: KitMakers): Promise<void> {
  const { scene, bob } = makers
  const does = await npmOf(scene)
  const files = { [`${animals.content}.txt`]: `see ${internalPage}\n` }
  await publishes(scene.alice, openSource(kit, unfit, { files }), `${animals.tag}-beta`)
  await publishes(bob, openSource(kit, foreign), `${animals.tag}-beta`)
  await publishesTogether(makers, staged, `${animals.tag}-beta`)
  await does('deprecate', `${kit}@1.1.0`, `see ${internalPage}`)
  await does('unpublish', `${kit}@${unfit}`, '--force')
  const numbers = ['--repository-id', '4711', '--owner-id', '42']
  const issuer = ['--issuer', 'https://token.actions.githubusercontent.com']
  const inside = ['--repository', `https://git.corp.acme.test/${animals.job}`, ...numbers, ...issuer]
  await scene.administers(scene.dan).reads('source', 'set', kit, ...inside, '--org', 'acme.test')
}

/** Stock npm on alice's machine. */
async function npmOf({ box, alice }: PromotingBox): Promise<(...args: string[]) => Promise<void>> {
  const npm = await Npm.create(join(box.folder, 'maker'), box.gateway)
  await appendFile(join(npm.home, '.npmrc'), `${box.gateway.replace('http:', '')}/:_authToken=${alice.token}\n`)
  return async (...args) => {
    const { exitCode, output } = await npm.runInTerminal(npm.home, args, (url) => alice.person.approve(url))
    if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} ended with ${exitCode}:\n${output}`)
  }
}

const repository = `acme/${animals.job}-kit`
const workflow = `.github/workflows/${animals.job}.yml`
const claims = {
  repository,
  repository_id: '816',
  repository_owner: 'acme',
  repository_owner_id: '42',
  workflow_ref: `${repository}/${workflow}@refs/tags/v1.0.0`,
  job_workflow_ref: `${repository}/${workflow}@refs/tags/v1.0.0`,
}

async function trustsBuilder({ scene, ci }: KitMakers): Promise<void> {
  const job = ['--repository', repository, '--repository-id', '816', '--owner-id', '42', '--workflow', workflow]
  const where = ['--issuer', ci.issuer, '--packages', kit, '--org', 'acme.test']
  await scene.administers(scene.dan).reads('trust-publisher', 'add', ...job, ...where)
}

/** `atoll publish` in the job. */
async function publishesFromCi({ scene: { box }, ci }: KitMakers, version: string): Promise<void> {
  const { body, integrity } = await packVersion(openSource(kit, version))
  const path = kit.replace('/', '%2f')
  const exchanged = await fetch(`${box.gateway}/-/npm/v1/oidc/token/exchange/package/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await ci.github(jobAudience(box.gateway), claims)}` },
  })
  const { token } = (await exchanged.json()) as { token?: string }
  const answer = await fetch(`${box.gateway}/${path}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'atoll-id-token': await ci.github(boundAudience(box.gateway, integrity), claims),
    },
    body,
  })
  if (answer.status !== 201) throw new Error(`the job was answered ${answer.status} ${await answer.text()}`)
}

/** bob stages it, and alice approves. */
async function publishesTogether({ scene: { alice }, bob }: KitMakers, version: string, tag = 'latest'): Promise<void> {
  const source: PackageSource = openSource(kit, version)
  const packed = await packVersion(source)
  const body = JSON.stringify({ ...JSON.parse(packed.body), 'dist-tags': { [tag]: version } })
  const stageId = await stages(bob, { name: kit, body })
  const personal = { url: alice.gateway, token: alice.token }
  await approveStaged(personal, [stageId], (pages) => Promise.all(pages.map((page) => alice.approve(page))))
}

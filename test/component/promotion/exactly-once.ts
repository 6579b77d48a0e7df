import { expect } from 'vitest'
import { versionKey } from '#common/names/index.ts'
import type { PromotionRequest } from '#common/operations/index.ts'
import { app, atproto } from '#lexicons'
import type { Listed, PromotionScene } from './promotion-scene.ts'

/** What has to be true of a promotion that is done, whatever happened on the way. */
export async function isDoneOnce(scene: PromotionScene, request: PromotionRequest): Promise<void> {
  const done = await scene.becomes(request, 'seen')
  await hasOnePublicIdentity(scene, scene.acme)
  expect(done.attesters).toHaveLength(1)
  for (const did of done.attesters ?? []) await hasOnePublicIdentity(scene, did)
  await areThereOnce(scene, request, done)
  const pds = await scene.box.calls('org', { as: 'gateway' })
  const params = { org: scene.acme, name: request.name }
  const { promotions } = await pds.call(app.npm.operation.listPromotions, { params })
  expect(promotions.map(({ id }) => id)).toEqual([request.id])
}

/** Genesis and the public face: nobody tried with other keys in between. */
async function hasOnePublicIdentity({ network }: PromotionScene, did: string): Promise<void> {
  const log = (await (await fetch(`${network.directoryUrl}/${did}/log`)).json()) as unknown[]
  expect(log).toHaveLength(2)
}

async function areThereOnce(scene: PromotionScene, { name, versions }: PromotionRequest, { attesters = [] }: Listed) {
  const there = await scene.inPublic('org', scene.acme)
  for (const { version, cid } of versions) {
    expect(there.get(`${app.npm.package.version.$nsid}/${versionKey(name, version)}`)).toBe(cid)
    const attested = await Promise.all(
      attesters.map(async (did) => {
        const theirs = await scene.inPublic('people', did)
        return [...theirs.keys()].filter((key) => key === `${app.npm.publish.attestation.$nsid}/${cid}`)
      }),
    )
    expect(attested.flat()).toHaveLength(1)
  }
}

/** `rev` of every public repository. */
export async function publicRevs(scene: PromotionScene): Promise<Record<string, string>> {
  const revs: Record<string, string> = {}
  for (const door of Object.values(scene.doors)) {
    const answer = await fetch(`${door.target}/xrpc/${atproto.listRepos}`)
    const { repos } = (await answer.json()) as { repos: { did: string; rev: string }[] }
    for (const { did, rev } of repos) revs[`${door.target} ${did}`] = rev
  }
  return revs
}

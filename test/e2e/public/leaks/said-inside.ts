import type { PromotingBox } from '../promoting-box.ts'
import { classicNames, classicPackages } from './classic-names.ts'
import { animals, privateNames, privateVersions, publishes } from './private-life.ts'

const [version = ''] = privateVersions
const until = ['--days', '7']
const ofAcme = ['--org', 'acme.test']

/** Names that do not say whose they are, beside one that does. */
export async function hasClassicNames(scene: PromotingBox): Promise<void> {
  const manager = scene.administers(scene.dan)
  for (const name of classicNames) {
    await manager.reads('name', 'grant', name, '--to', 'acme.test')
    for (const action of ['publish', 'read']) await manager.reads('permission', 'add', 'dan', action, name, ...ofAcme)
  }
  for (const name of classicPackages)
    await publishes(scene.dan, { name, version, files: { [`${animals.content}.js`]: '' } }, 'latest')
}

/** Exceptions, labels and advisories: of private packages, and of what is private of public ones. */
export async function saysOfPackages(
  { administers, dan, acme }: PromotingBox,
  ofPublic: { labelled: string; advised: { name: string; version: string } },
): Promise<void> {
  const manager = administers(dan)
  const because = ['--reason', `a ${animals.reason} said so`]
  await manager.reads('permission', 'add', 'dan', 'except', '*', ...ofAcme)
  const minimumAge = ['--checks', 'minimum-age', ...because, ...until, ...ofAcme]
  for (const what of [`${privateNames[4]}@${version}`, 'tiny@1.0.0'])
    await manager.reads('exception', 'grant', what, ...minimumAge)
  for (const what of [`${privateNames[5]}@${version}`, `${classicPackages[0]}@${version}`, ofPublic.labelled])
    await manager.reads('label', 'add', what, 'deprecated', ...because, '--org', acme)
  const { advised } = ofPublic
  for (const [name, affected] of [
    [`${privateNames[6]}`, '*'],
    [advised.name, advised.version],
  ] as const) {
    const about = ['--package', name, '--affected', affected, '--severity', 'high', '--org', acme]
    await manager.reads('advisory', 'add', ...about, '--summary', `it lets a ${animals.message} in`)
  }
}

import { join } from 'node:path'
import { type Developer, type PackedVersion, packVersion } from '#test/support/developer.ts'
import type { PackageSource } from '#test/support/package-folder.ts'
import { type StoredVersion, writeVerdaccioStorage } from '#test/support/verdaccio-storage.ts'
import { openSource, type PromotingBox } from '../promoting-box.ts'
import { classicPackages } from './classic-names.ts'

export const ui = '@acme.test/ui'
/** What is open-sourced of it. */
export const publicVersions = ['1.0.0', '1.1.0']

/** Animals stand for what is private: each names one kind of thing, and nothing in public is called so. None is so short that a CID spells it. */
export const animals = {
  package: 'quokka',
  version: 'chinchilla',
  tag: 'pangolin',
  message: 'narwhal',
  content: 'axolotl',
  description: 'hedgehog',
  team: 'wombat',
  organisation: 'salamander',
  job: 'porcupine',
  reason: 'capybara',
}

/** What is not. */
export const hiddenOfUi = [`0.9.0-${animals.version}.1`, `2.0.0-${animals.version}.2`]

export const privateNames = Array.from({ length: 50 }, (_, at) => `@acme.test/${animals.package}-${at}`)
export const privateVersions = ['1.0.0', '1.1.0', '2.0.0'].map((version) => `${version}-${animals.version}.1`)
/** Its repository is where nobody outside should hear of. */
export const insideBuilt = `${privateNames[3]}`
const numbers = ['--repository-id', '815', '--owner-id', '42']
const issuer = 'https://token.actions.githubusercontent.com'
const insideSource = ['--repository', 'https://git.corp.acme.test/ui', ...numbers, '--issuer', issuer]
const salamanderDen = `@${animals.organisation}.test/den`

/** What a company has that open-sources one package of many. */
export async function leadsPrivateLife(scene: PromotingBox): Promise<void> {
  const manager = scene.administers(scene.dan)
  await manager.reads('team', 'create', `${animals.team}-crew`, '--member', 'bob.people.test', '--org', 'acme.test')
  await manager.reads('permission', 'add', `team:${animals.team}-crew`, 'publish', '@acme.test/*')
  await manager.reads('permission', 'add', 'dan', 'publish', '@acme.test/*')
  await manager.reads('permission', 'add', 'dan', 'label', '*')
  await importsPackages(scene)
  await manager.reads('block', `${privateNames[1]}@>=9`, '--reason', animals.reason)
  await manager.reads('source', 'set', insideBuilt, ...insideSource, '--org', 'acme.test')
  await trustsJob(scene)
  await stages(scene.alice, await packVersion({ name: `${privateNames[2]}`, version: `3.0.0-${animals.version}.1` }))
  await hasAnotherOrganisation(scene)
}

/** Two people's, and one that is not meant for the public. */
export async function publishesPackage(scene: PromotingBox, bob: Developer): Promise<void> {
  await scene.publishes(openSource(ui, '1.0.0'))
  await publishes(scene.alice, openSource(ui, `${hiddenOfUi[0]}`), `${animals.tag}-next`)
  await publishes(bob, openSource(ui, '1.1.0'), 'latest')
}

export async function publishes(person: Developer, source: PackageSource, tag: string): Promise<void> {
  const packed = await packVersion(source)
  const body = { ...JSON.parse(packed.body), 'dist-tags': { [tag]: source.version } }
  const tagged: PackedVersion = { ...packed, body: JSON.stringify(body) }
  const { body: asked } = await person.put(tagged)
  const answer = await person.put(tagged, await person.approve(asked))
  if (answer.status !== 201) throw new Error(`publishing answered ${answer.status} ${JSON.stringify(answer.body)}`)
}

async function importsPackages({ box, dan, administers }: PromotingBox): Promise<void> {
  const storage = join(box.folder, 'verdaccio')
  const packages = privateNames.map((name) => {
    const versions = privateVersions.map((version) => stored(name, version))
    const tags = { latest: privateVersions.at(-1) ?? '', [`${animals.tag}-next`]: privateVersions[0] ?? '' }
    return [name, { versions, tags }] as const
  })
  await writeVerdaccioStorage(storage, Object.fromEntries(packages))
  const done = await administers(dan).runs('import', 'verdaccio', storage, '--org', 'acme.test')
  if (done.exitCode !== 0) throw new Error(`importing ended with ${done.exitCode}: ${done.stderr}`)
}

function stored(name: string, version: string): StoredVersion {
  return {
    ...{ name, version, time: '2019-01-01T10:00:00.000Z' },
    ...(version === privateVersions[0] ? { deprecated: `use the ${animals.message}` } : {}),
    manifest: { description: `What ${animals.description}s do`, keywords: [animals.description] },
    files: { [`${animals.content}.js`]: `// ${animals.content}\n`, 'README.md': `# ${name}@${version}\n` },
  }
}

async function trustsJob({ dan, administers }: PromotingBox): Promise<void> {
  const job = ['--repository', `acme/${animals.job}`, ...numbers, '--issuer', issuer]
  const workflow = ['--workflow', `.github/workflows/${animals.job}.yml`, '--packages', `${privateNames[0]}`]
  await administers(dan).reads('trust-publisher', 'add', ...job, ...workflow, '--org', 'acme.test')
}

/** `npm stage publish`. @returns the number of what is staged */
export async function stages(
  { gateway, token }: Pick<Developer, 'gateway' | 'token'>,
  { name, body }: { name: string; body: string },
): Promise<string> {
  const answer = await fetch(`${gateway}/-/stage/package/${name.replace('/', '%2f')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  })
  if (!answer.ok) throw new Error(`staging answered ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { stageId: string }).stageId
}

async function hasAnotherOrganisation({ box, dan, administers }: PromotingBox): Promise<void> {
  const handle = `${animals.organisation}.test`
  const created = await box.atoll(['org', 'create', handle, '--manager', 'dan.people.test'])
  if (created.exitCode !== 0) throw new Error(created.stderr)
  await administers(dan).reads('permission', 'add', 'dan', 'publish', `@${handle}/*`, '--org', handle)
  await publishes(dan, { name: salamanderDen, version: `1.0.0-${animals.version}.1` }, 'latest')
}

/** People work with it: what is there is installed, and what is not is asked for. */
export async function works({ alice, box }: PromotingBox, dids: readonly string[]): Promise<void> {
  const paths = [...privateNames, ...classicPackages, salamanderDen, ui].map((name) => `/${name.replace('/', '%2f')}`)
  const file = `/-/${animals.package}-0-${privateVersions[0]}.tgz`
  const pinned = dids.map((did) => `/${did}/${privateNames[0]}${file}`)
  const missing = [`/@acme.test%2f${animals.package}-missing`, `/${did(animals.package)}/x/-/x-1.0.0.tgz`]
  for (const path of [...paths, ...pinned, ...missing, `/${privateNames[0]}${file}`]) {
    await (await alice.get(path)).arrayBuffer()
  }
  await box.atoll([
    'trust',
    `${privateNames[0]}@${privateVersions[0]}`,
    '--registry',
    box.gateway,
    '--token',
    alice.token,
  ])
  await box.atoll(['doctor'])
}

/** Nobody's, and named like something private. */
function did(word: string): string {
  return `did:plc:${word.replaceAll(/[^a-z]/g, '').padEnd(24, 'a')}`
}

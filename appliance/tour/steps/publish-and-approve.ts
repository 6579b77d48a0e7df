import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import semver from 'semver'
import type { TourContext } from '../context.ts'
import { expectSuccess, expectThat } from '../expect.ts'
import { readVersion } from '../registry.ts'

/** alice publishes; nothing is installable before she approved exactly these bytes with her second factor. */
export async function publishAndApprove(context: TourContext): Promise<void> {
  const { alice, narrator, gateway } = context
  const { name } = context.package
  const version = await nextVersion(context)
  context.package.version = version
  narrator.step(`alice publishes ${name}@${version}`)

  const folder = await alice.folder('hello')
  await writePackage(folder, name, version)
  const publish = await alice.npm.runInTerminal(folder, ['publish'], (url) => alice.person.approve(url))
  expectSuccess('npm publish', publish)

  const facts = await readVersion(gateway, (await alice.npm.token()) ?? '', name, version)
  expectThat(facts.verdict.kind === 'allow', 'the version is installable')
  expectThat(facts.attestation !== undefined && facts.attestedBy !== undefined, 'the version is attested')
  narrator.says(
    'Two systems with different keys had to agree. The organisation signed the version record on the org PDS:',
  )
  narrator.fact('record', facts.record.uri)
  narrator.fact('CID', facts.record.cid)
  narrator.says(
    'alice signed the attestation of exactly this CID on the people PDS, after the identity provider confirmed it was her:',
  )
  narrator.fact('attestation', facts.attestation.uri)
  narrator.fact('CID', facts.attestation.cid)
  narrator.fact('signed by', facts.attestedBy)
}

async function nextVersion({ alice, package: { name } }: TourContext): Promise<string> {
  const view = await alice.npm.run(await alice.folder('home'), ['view', name, 'versions', '--json'])
  if (view.exitCode !== 0) return '1.0.0'
  const versions = [JSON.parse(view.output) as string | string[]].flat()
  const newest = semver.maxSatisfying(versions, '*')
  return newest === null ? '1.0.0' : (semver.inc(newest, 'patch') ?? '1.0.0')
}

async function writePackage(folder: string, name: string, version: string): Promise<void> {
  const manifest = { name, version, description: 'Says hello', license: 'MIT', main: 'index.js' }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await writeFile(join(folder, 'index.js'), `module.exports = () => 'hello from ${version}'\n`)
  await writeFile(join(folder, 'README.md'), `# ${name}\n\nSays hello.\n`)
}

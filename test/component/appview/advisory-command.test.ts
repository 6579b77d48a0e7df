import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAtoll } from '#test/support/atoll-command.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'
import { AppViewScene } from './appview-scene.ts'

let scene: AppViewScene
let folder: string
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  scene = await AppViewScene.opens()
  await scene.starts()
  const appliance = await scene.parts.net.configFor('appliance')
  folder = appliance.dataDir
  await writeFile(join(folder, 'appliance.json'), JSON.stringify({ ...appliance, network: scene.parts.config.network }))
  env = { ...process.env, ATOLL_APPLIANCE_CONFIG: join(folder, 'appliance.json'), ATOLL_DATA: folder }
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const atoll = (...args: string[]) => runAtoll(['advisory', ...args], { cwd: folder, env })

async function file(name: string, ...lines: (object | string)[]): Promise<string> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  await writeFile(join(folder, name), text)
  return name
}

const other = osvEntry({
  id: 'X-1',
  aliases: [],
  database_specific: {},
  affected: [affectedEntry('is-odd', [{ introduced: '0' }])],
})

describe('atoll advisory', () => {
  it('takes advisories over, says what it passed over, and passes over what it knows', async () => {
    const name = await file('all.jsonl', osvEntry(), 'rubbish', other, { ...osvEntry(), affected: [] })
    const { exitCode, stdout, stderr } = await atoll('import', 'osv', name)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Passed over all.jsonl:2: it is not JSON')
    expect(stdout).toMatch(
      /^4 entries read in .* 2 new, 0 changed, 0 known already; 0 of them withdrawn\. 1 are not about npm, 1 are malformed\.$/m,
    )
    const again = await atoll('import', 'osv', name, '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ source: 'osv', news: true, read: 4, added: 0, unchanged: 2 })
  })

  it('lists sources and advisories, and shows one by its alias', async () => {
    expect((await atoll('sources')).stdout).toMatch(/^NAME +ADVISORIES .*\nosv +2 +0 /)
    const listed = await atoll('list', '--package', 'left-pad')
    expect(listed.stdout).toMatch(
      /^GHSA-2222-3333-4444 +high +left-pad +2026-03-01 +osv +Command injection in left-pad$/m,
    )
    expect(listed.stdout).not.toContain('X-1')
    expect(JSON.parse((await atoll('list', '--severity', 'moderate', '--json')).stdout)).toMatchObject([
      { advisory: { id: 'X-1' } },
    ])
    const shown = await atoll('show', 'CVE-2026-0001')
    expect(shown).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('affected   left-pad <1.3.1; fixed in >=1.3.1'),
    })
  })

  it('says what to do instead', async () => {
    expect(await atoll('show', 'CVE-0000-0')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('"atoll advisory sources"'),
    })
  })

  it('names a file that cannot be read', async () => {
    expect(await atoll('import', 'osv', 'nothing.zip')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nothing.zip cannot be read'),
    })
    expect(await atoll('import', 'osv', await file('broken.zip', 'PK\u0003\u0004 no archive'))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('broken.zip cannot be read'),
    })
  })
})

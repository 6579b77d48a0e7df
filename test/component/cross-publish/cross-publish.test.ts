import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getBlobCidString } from '@atproto/lex-data'
import ssri from 'ssri'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { crossPublishVersions } from '#pds/org/promotion/steps/cross-publish.ts'
import { PublicPackages } from './public-package.ts'

const minuteMs = 60_000
const waitMs = { timeout: 30_000, interval: 200 }

let box: PublicPackages
let number = 0
/** A package that no other test knows. */
let name: string

beforeAll(async () => {
  box = await PublicPackages.opens()
})
afterAll(() => box?.[Symbol.asyncDispose]())
beforeEach(async () => {
  name = `@acme.test/package-${number++}`
  box.registry.is(undefined)
  box.registry.answersReads(undefined)
  box.registry.accepts('npm_may_publish')
  box.registry.sent.length = 0
  box.registry.requests.length = 0
  await box.restarts()
})

const puts = () => box.registry.requests.filter((request) => request.startsWith('PUT'))

describe('a version at another registry', () => {
  it('has the same bytes, under the same name, version and tag', async () => {
    await box.publishes(`${name}@1.0.0`, { files: { 'README.md': '# Hello\n' } })
    await box.publishes(`${name}@2.0.0-rc.1`, { tag: 'next' })
    const id = await box.promotes(name, ['1.0.0', '2.0.0-rc.1'])
    await box.step(id)
    const { integrity, shasum } = await box.version(name, '1.0.0')
    const bytes = box.registry.tarball(name, '1.0.0') ?? Buffer.of()
    expect(ssri.checkData(bytes, integrity)).not.toBe(false)
    expect(box.registry.packument(name)).toMatchObject({
      'dist-tags': { latest: '1.0.0', next: '2.0.0-rc.1' },
      versions: { '1.0.0': { name, version: '1.0.0', readme: '# Hello\n', dist: { integrity, shasum } } },
    })
    expect(box.registry.sent).toMatchObject([{ access: 'public' }, { access: 'public' }])
    expect(await box.promotion(id)).toMatchObject({
      state: 'crossPublished',
      crossPublished: { registry: box.registry.url, versions: [{ version: '1.0.0' }, { version: '2.0.0-rc.1' }] },
    })
  })

  it('is described as npm would, and by nothing that is not in its package.json', async () => {
    const own = { name, version: '1.0.0', bin: './cli.js', repository: 'github:acme/hello', keywords: 'a, b' }
    await box.publishes(`${name}@1.0.0`, { files: { 'package.json': JSON.stringify(own), 'binding.gyp': '{}' } })
    await box.step(await box.promotes(name, ['1.0.0']))
    const { dist, ...manifest } = box.registry.packument(name)?.versions['1.0.0'] ?? {}
    expect(manifest).toEqual({
      ...{ _id: `${name}@1.0.0`, _nodeVersion: expect.any(String), name, version: '1.0.0', keywords: ['a', 'b'] },
      ...{ gypfile: true, scripts: { install: 'node-gyp rebuild' }, bin: { [name.slice(11)]: 'cli.js' } },
      repository: { type: 'git', url: 'git+https://github.com/acme/hello.git' },
      // npm adds them, too.
      ...{ bugs: { url: 'https://github.com/acme/hello/issues' }, homepage: 'https://github.com/acme/hello#readme' },
      readme: expect.any(String),
    })
    expect(JSON.stringify(dist)).toContain(box.registry.url)
  })

  it('is sent lowest first, and untagged ones not as latest', async () => {
    for (const version of ['1.10.0', '1.9.0', '1.2.0']) await box.publishes(`${name}@${version}`)
    const { alice } = box.scene
    await alice.approves(await alice.preparesTag({ name, tag: 'latest', version: '1.9.0' }))
    await box.step(await box.promotes(name, ['1.10.0', '1.9.0', '1.2.0']))
    expect(box.registry.sent.map(({ 'dist-tags': tags }) => tags)).toEqual([
      { previous: '1.2.0' },
      { latest: '1.9.0' },
      { previous: '1.10.0' },
    ])
    expect(box.registry.packument(name)?.['dist-tags']).toEqual({ latest: '1.9.0', previous: '1.10.0' })
  })

  it('has no tag that was removed', async () => {
    await box.publishes(`${name}@1.0.0`)
    await box.publishes(`${name}@1.1.0`, { tag: 'beta' })
    const { alice } = box.scene
    await alice.approves(await alice.preparesTag({ name, tag: 'beta', version: '1.1.0', retired: true }))
    await box.step(await box.promotes(name, ['1.1.0', '1.0.0']))
    expect(box.registry.sent.map(({ 'dist-tags': tags }) => tags)).toEqual([{ latest: '1.0.0' }, { previous: '1.1.0' }])
  })

  it('has no tag whose name is not public', async () => {
    box.hiddenTags.add('project-bluebird')
    await box.publishes(`${name}@1.0.0`)
    await box.publishes(`${name}@1.1.0`, { tag: 'project-bluebird' })
    await box.step(await box.promotes(name, ['1.0.0', '1.1.0']))
    expect(box.registry.sent.map(({ 'dist-tags': tags }) => tags)).toEqual([{ latest: '1.0.0' }, { previous: '1.1.0' }])
    expect(JSON.stringify(box.registry.sent)).not.toContain('bluebird')
  })

  it('is not sent when it was withdrawn before', async () => {
    await box.publishes(`${name}@1.0.0`)
    const { alice } = box.scene
    await alice.approves(await alice.preparesRetirement(name, ['1.0.0'], 'leaks'))
    await box.step(await box.promotes(name, ['1.0.0']))
    expect(box.registry.requests).toEqual([])
  })

  it('is not sent by a promotion that was withdrawn meanwhile', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    await box.withdraws(id)
    await box.step(id)
    expect([box.registry.requests, (await box.promotion(id)).reached]).toEqual([[], 'seen'])
  })

  it('is not sent when it is another than was approved', async () => {
    for (const version of ['1.0.0', '1.1.0']) await box.publishes(`${name}@${version}`)
    const cid = await box.cidOf(name, '1.0.0')
    const id = await box.promotes(name, [], [{ version: '1.1.0', cid }])
    await expect(box.step(id)).rejects.toThrow('not the one that was approved')
    expect(box.registry.requests).toEqual([])
  })

  it('is not sent when its bytes were lost, or are others', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    const { tarball } = await box.version(name, '1.0.0')
    const folder = join(box.scene.orgDataDir, 'blobs', box.scene.acme.replaceAll(':', '_'))
    const file = join(folder, getBlobCidString(tarball) ?? '')
    const bytes = await readFile(file)
    await writeFile(file, bytes.toReversed())
    await expect(box.step(id)).rejects.toThrow('is damaged')
    await truncate(file, 100)
    box.now += minuteMs
    await expect(box.step(id)).rejects.toThrow(name)
    expect(puts()).toEqual([])
  })
})

describe('exactly once', () => {
  it('is nothing sent again that was written down', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    await box.step(id)
    box.registry.requests.length = 0
    await box.restarts()
    expect([await box.keeps(id), box.registry.requests]).toEqual([true, []])
  })

  it('is it there when the answer got lost, or the process ended before it was written down', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.is({ kind: 'loses-its-answer' })
    await box.step(id)
    expect([(await box.promotion(id)).state, puts().length]).toEqual(['crossPublished', 1])
    // As a kill between the two leaves it.
    const again = await box.promotes(name, ['1.0.0'])
    await box.step(again)
    expect([(await box.promotion(again)).state, puts().length]).toEqual(['crossPublished', 1])
  })

  it('is it there when the registry shows late what it took, and refuses to take it twice', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.is({ kind: 'shows-late' })
    await expect(box.step(id)).rejects.toThrow('does not show it yet')
    box.now += minuteMs
    await expect(box.step(id)).rejects.toThrow('403: You cannot publish over')
    expect((await box.promotion(id)).state).toBe('seen')
    box.registry.catchesUp()
    box.now += minuteMs
    await box.step(id)
    expect([(await box.promotion(id)).state, puts().length]).toEqual(['crossPublished', 2])
  })

  it('is each of several written down by itself', async () => {
    for (const version of ['1.0.0', '1.1.0']) await box.publishes(`${name}@${version}`)
    const id = await box.promotes(name, ['1.0.0', '1.1.0'])
    box.registry.has(name, '1.1.0', Buffer.from('else'))
    await expect(box.step(id)).rejects.toThrow('1.1.0')
    expect((await box.promotion(id)).crossPublished?.versions).toMatchObject([{ version: '1.0.0' }])
  })
})

describe('other contents under the same version', () => {
  it('are left alone, and said', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.has(name, '1.0.0', Buffer.from('else'))
    const tries = async () => {
      box.now += 60 * minuteMs
      return box.step(id)
    }
    const differs = { code: 'DiffersElsewhere', message: expect.stringContaining('sha512-b3RoZXI=') }
    await expect(tries()).rejects.toMatchObject(differs)
    await expect(tries()).rejects.toMatchObject(differs)
    expect([puts(), (await box.promotion(id)).state]).toEqual([[], 'seen'])
  })

  it('are known by SHA-512 whatever the SHA-1 says, and by SHA-1 where there is no more', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    const { shasum } = await box.version(name, '1.0.0')
    box.registry.has(name, '1.0.0', Buffer.from('else'), { shasum })
    await expect(box.step(id)).rejects.toMatchObject({ code: 'DiffersElsewhere' })
    box.registry.has(name, '1.0.0', Buffer.from('else'), { integrity: '' })
    box.now += minuteMs
    await expect(box.step(id)).rejects.toMatchObject({ code: 'DiffersElsewhere' })
    box.registry.has(name, '1.0.0', Buffer.from('else'), { integrity: '', shasum })
    box.now += minuteMs
    await box.step(id)
    expect([puts(), (await box.promotion(id)).state]).toEqual([[], 'crossPublished'])
  })
})

describe('a registry that does not take it', () => {
  const answering = [
    [401, { error: 'who are you?' }, 'it answers 401'],
    [403, { error: 'this token may not\r\npublish npm_may_publish' }, 'it answers 403: this token may not publish …'],
    [402, {}, 'it answers 402'],
    [500, {}, 'it answers 500'],
    [503, { message: 'come back' }, 'it answers 503'],
  ] as const
  it.each(answering)('is asked again later: %i', async (status, body, said) => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.is({ kind: 'answers', status, body })
    await expect(box.step(id)).rejects.toMatchObject({
      code: 'NotCrossPublished',
      message: expect.stringContaining(said),
    })
    await expect(box.step(id)).rejects.toThrow(said)
    expect(puts()).toHaveLength(1)
    box.registry.is(undefined)
    box.now += minuteMs
    await box.step(id)
    expect((await box.promotion(id)).state).toBe('crossPublished')
  })

  it('is left alone longer each time, whatever is asked for', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.answersReads(500)
    const start = box.now
    for (const seconds of [0, 2, 4, 6]) {
      box.now = start + seconds * 1_000
      await expect(box.step(id)).rejects.toThrow('it answers 500')
    }
    // After the third it rests for four seconds.
    expect(box.registry.requests).toHaveLength(3)
    await box.publishes(`${name}-too@1.0.0`)
    const other = await box.promotes(`${name}-too`, ['1.0.0'])
    await expect(box.step(other)).rejects.toThrow('it answers 500')
    expect(box.registry.requests).toHaveLength(3)
  })

  it('holds up no other version when it is about one', async () => {
    const secret = { name, version: '1.0.0', private: true }
    await box.publishes(`${name}@1.0.0`, { files: { 'package.json': JSON.stringify(secret) } })
    await box.publishes(`${name}@1.1.0`)
    const id = await box.promotes(name, ['1.0.0', '1.1.0'])
    await expect(box.step(id)).rejects.toThrow('marked as private')
    expect((await box.promotion(id)).crossPublished?.versions).toMatchObject([{ version: '1.1.0' }])
  })

  it('gets nothing when it sends elsewhere what is sent to it', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.redirects('http://127.0.0.1:9/')
    await expect(box.step(id)).rejects.toThrow('redirects')
    box.registry.redirects(undefined)
  })
})

describe('what comes later', () => {
  it('goes there, too, when it follows', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    await box.step(id)
    await box.publishes(`${name}@1.1.0`)
    await box.follows(id, '1.1.0')
    await box.keeps(id)
    expect(box.registry.packument(name)?.['dist-tags']).toEqual({ latest: '1.1.0' })
    expect((await box.promotion(id)).crossPublished?.versions).toMatchObject([
      { version: '1.0.0' },
      { version: '1.1.0' },
    ])
  })

  it('is everything, when the settings name another registry', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    await box.step(id)
    await box.restarts(`${box.registry.url}/elsewhere`)
    await expect(box.keeps(id)).rejects.toThrow()
    expect(box.registry.requests.at(-1)).toContain('/elsewhere/')
  })
})

describe('who waits', () => {
  it('is told why, whatever else does not work, and that it goes on', async () => {
    await box.publishes(`${name}@1.0.0`)
    const id = await box.promotes(name, ['1.0.0'])
    box.registry.is({ kind: 'answers', status: 401 })
    await using promoter = box.promoter()
    const problem = async () => promoter.problemOf(await box.promotion(id))
    await vi.waitFor(async () => expect(await problem()).toContain('it answers 401'), waitMs)
    // Well after the round, in which more than that failed.
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await problem()).toContain('it answers 401')
    box.registry.is(undefined)
    await vi.waitFor(async () => {
      box.now += minuteMs
      promoter.wake()
      expect((await box.promotion(id)).state).toBe('crossPublished')
    }, waitMs)
    // There is no public PDS here, of which each package hears.
    await vi.waitFor(async () => expect(await problem()).toContain('it failed'), waitMs)
  })

  it('is asked for nothing where no other registry is configured', async () => {
    expect(crossPublishVersions.isWanted?.({ crossPublisher: undefined } as never)).toBe(false)
  })
})

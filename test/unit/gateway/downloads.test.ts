import { describe, expect, it } from 'vitest'
import type { Download } from '#gateway/downloads/download.ts'
import { PendingDownloads } from '#gateway/downloads/pending-downloads.ts'
import { readClient } from '#gateway/downloads/read-client.ts'
import { Runs } from '#gateway/downloads/runs.ts'

const noon = new Date('2026-11-29T12:00:00Z')
const later = new Date('2026-11-29T12:00:03Z')
const midnight = new Date('2026-11-30T00:00:00Z')

const download = (changes: Partial<Download> = {}): Download => ({
  ...{
    origin: '',
    name: 'left-pad',
    version: '1.3.0',
    tokenId: 'token',
    tokenName: 'ci',
    did: 'did:plc:a',
    handle: 'a',
  },
  ...{ owner: 'person', address: '10.0.0.1', client: 'npm/12.2.0', command: 'ci', tree: 'aaaaaaaa' },
  ...changes,
})

describe('what a client says of itself', () => {
  it.each([
    ['npm/12.2.0 node/v24.1.0 linux x64 workspaces/false ci/github-actions', 'npm/12.2.0 ci/github-actions'],
    ['pnpm/10.34.0 npm/? node/v24.1.0 linux x64', 'pnpm/10.34.0'],
    ['Bun/1.4.0', 'Bun/1.4.0'],
    ['', ''],
    ['x\u0001y\u00e9', 'x?y?'],
    ['a'.repeat(4_000), 'a'.repeat(48)],
  ])('%j is kept as %j', (userAgent, client) => {
    expect(readClient({ 'user-agent': userAgent }).client).toBe(client)
  })

  it('is its command and its run, where they are what npm would send', () => {
    const headers = { 'npm-command': 'install', 'npm-session': '0123456789abcdef' }
    expect(readClient(headers)).toEqual({ client: '', command: 'install', tree: '0123456789abcdef' })
    const others = { 'npm-command': 'rm -rf', 'npm-session': 'a b' }
    expect(readClient(others)).toEqual({ client: '', command: '', tree: undefined })
  })
})

describe('a run of a client that does not say so', () => {
  it('is what a token downloads from an address without a pause of a minute', () => {
    const runs = new Runs()
    const first = runs.of(download(), 0)
    expect(first).toMatch(/^run-[0-9a-f]{16}$/)
    expect(runs.of(download({ name: 'other' }), 59_000)).toBe(first)
    expect(runs.of(download(), 118_000)).toBe(first)
    expect(runs.of(download(), 178_000)).not.toBe(first)
    for (const other of [
      { address: '10.0.0.2' },
      { tokenId: 'other' },
      { client: 'pnpm/10' },
      { command: 'install' },
    ]) {
      expect(runs.of(download(other), 118_000)).not.toBe(first)
    }
  })
})

describe('downloads that wait to be written down', () => {
  it('are added up by version, token, address and day', () => {
    const pending = new PendingDownloads(10)
    pending.add(download(), noon)
    pending.add(download({ tree: 'bbbbbbbb', command: 'install' }), later)
    pending.add(download(), midnight)
    pending.add(download({ address: '10.0.0.2' }), noon)
    pending.add(download({ tokenId: 'other' }), noon)
    const sums = pending.take()
    expect(sums.map(({ day, address, tokenId, count }) => [day, address, tokenId, count])).toEqual([
      ['2026-11-29', '10.0.0.1', 'other', 1],
      ['2026-11-29', '10.0.0.1', 'token', 2],
      ['2026-11-29', '10.0.0.2', 'token', 1],
      ['2026-11-30', '10.0.0.1', 'token', 1],
    ])
    expect(sums[1]).toMatchObject({
      ...{ firstAt: noon, lastAt: later, command: 'install', trees: ['aaaaaaaa', 'bbbbbbbb'] },
    })
    expect(pending.take()).toEqual([])
  })

  it('keep the newest trees', () => {
    const pending = new PendingDownloads(10)
    for (let run = 10; run < 40; run += 1) pending.add(download({ tree: `tree-${run}` }), noon)
    pending.add(download({ tree: 'tree-30' }), noon)
    const [sum] = pending.take()
    expect(sum?.trees).toHaveLength(16)
    expect(sum?.trees.slice(-2)).toEqual(['tree-39', 'tree-30'])
    expect(sum?.trees).not.toContain('tree-23')
  })

  it('are put back beside what came meanwhile when they could not be written', () => {
    const pending = new PendingDownloads(10)
    pending.add(download({ command: 'old' }), noon)
    const taken = pending.take()
    pending.add(download({ command: 'new', tree: 'bbbbbbbb' }), later)
    pending.giveBack(taken)
    expect(pending.take()).toMatchObject([
      { firstAt: noon, lastAt: later, count: 2, command: 'new', trees: ['aaaaaaaa', 'bbbbbbbb'] },
    ])
  })

  it('are bounded, and say how many were left out', () => {
    const pending = new PendingDownloads(2)
    for (const tokenId of ['a', 'b', 'c', 'd', 'a']) pending.add(download({ tokenId }), noon)
    expect(pending.take().map(({ tokenId, count }) => [tokenId, count])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    expect([pending.takeDropped(), pending.takeDropped()]).toEqual([2, 0])
  })
})

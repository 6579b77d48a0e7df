import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BoxLog } from '#appliance/supervise/box-log.ts'
import { lineSplitter } from '#appliance/supervise/line-splitter.ts'
import { LogFile } from '#appliance/supervise/log-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-log-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the log file', () => {
  it('never takes more room than its generations allow', async () => {
    using file = new LogFile(join(folder, 'atoll.log'), 100)
    for (let index = 0; index < 100; index += 1) file.write(`line ${index} ${'x'.repeat(30)}`)
    const names = await readdir(folder)
    expect(names).toHaveLength(6)
    for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(100)
    expect(await readFile(join(folder, 'atoll.log'), 'utf8')).toContain('line 99')
  })

  it('goes on where an earlier run stopped, and is nobody else’s to read', async () => {
    for (const line of ['first', 'second']) {
      using file = new LogFile(join(folder, 'atoll.log'))
      file.write(line)
    }
    expect(await readFile(join(folder, 'atoll.log'), 'utf8')).toBe('first\nsecond\n')
    expect((await stat(join(folder, 'atoll.log'))).mode & 0o077).toBe(0)
  })
})

describe('the log of the box', () => {
  const entry = { level: 30, time: '2026-01-01T00:00:00.000Z', component: 'relay', msg: 'ready' }
  const logged = async (verbose: boolean, lines: string[]) => {
    const shown: string[] = []
    const terminal = new Writable({
      write(chunk: Buffer, _encoding, done) {
        shown.push(chunk.toString().trimEnd())
        done()
      },
    })
    using log = new BoxLog(folder, terminal, { verbose })
    for (const line of lines) log.fromComponent('relay', line)
    const file = await readFile(join(folder, 'logs/atoll.log'), 'utf8')
    return {
      shown,
      entries: file
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    }
  }

  it('keeps everything and shows what needs attention', async () => {
    const warning = { ...entry, level: 40, msg: 'behind', err: { message: 'no answer' } }
    const { shown, entries } = await logged(false, [JSON.stringify(entry), JSON.stringify(warning)])
    expect(shown).toEqual(['! relay     behind: no answer'])
    expect(entries).toEqual([entry, warning])
  })

  it('shows everything when asked to', async () => {
    expect((await logged(true, [JSON.stringify(entry)])).shown).toEqual(['· relay     ready'])
  })

  it('takes the words of libraries that write no JSON', async () => {
    const { entries } = await logged(false, ['(node:1) Warning: deprecated', '{"not":"ours"}'])
    expect(entries).toMatchObject([
      { component: 'relay', msg: '(node:1) Warning: deprecated' },
      { msg: '{"not":"ours"}' },
    ])
  })
})

describe('what a process prints', () => {
  const split = (...chunks: string[]) => {
    const lines: string[] = []
    const onChunk = lineSplitter((line) => lines.push(line))
    for (const chunk of chunks) onChunk(Buffer.from(chunk))
    return lines
  }

  it('is cut into lines, wherever the pipe cut it', () => {
    expect(split('one\ntw', 'o\n\nthr', 'ee')).toEqual(['one', 'two'])
  })

  it('does not grow without bound when no line ends', () => {
    const lines = split(...Array.from({ length: 10 }, () => 'x'.repeat(50_000)))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64_000)
    expect(lines.length).toBeGreaterThan(3)
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const instructions = (await readFile(join(root, 'deploy/Dockerfile'), 'utf8'))
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => /^[A-Z]/.test(line))
const stages = instructions.reduce<string[][]>((found, line) => {
  if (line.startsWith('FROM ')) found.push([])
  found.at(-1)?.push(line)
  return found
}, [])
const last = stages.at(-1) ?? []

describe('deploy/Dockerfile', () => {
  it('starts from the image it is told, the slim one of Node otherwise', () => {
    expect(instructions[0]).toBe('ARG NODE_IMAGE=node:24-bookworm-slim')
    expect(stages.map(([from]) => from?.replace('$', ''))).toEqual([
      'FROM {NODE_IMAGE} AS node',
      'FROM node AS dependencies',
      'FROM node',
    ])
  })

  it('installs in a stage of its own what the lock file says, without running any package', () => {
    const install = stages[1]?.find((line) => line.includes('npm '))
    expect(install).toMatch(/npm ci --omit=dev --omit=optional --ignore-scripts/)
    expect(last.join('\n')).not.toMatch(/npm |apt/)
  })

  it('ends as a user who is not root, and keeps asking whether it works', () => {
    expect(last.filter((line) => line.startsWith('USER'))).toEqual(['USER 1000:1000'])
    expect(last.indexOf('USER 1000:1000')).toBeGreaterThan(last.findLastIndex((line) => line.startsWith('RUN')))
    expect(last.at(-1)).toMatch(/^HEALTHCHECK .*"node"/)
  })

  it('starts Node itself, so that signals reach it', () => {
    expect(last.find((line) => line.startsWith('ENTRYPOINT'))).toMatch(/^ENTRYPOINT \["node", /)
  })

  it('takes from the repository only what is named', async () => {
    const ignored = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n')
    expect(ignored.find((line) => !line.startsWith('#'))).toBe('*')
    const copies = instructions.filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    const copied = copies.flatMap((line) => line.split(' ').slice(1, -1))
    expect(copied.length).toBeGreaterThan(10)
    for (const path of copied) expect(ignored).toContain(`!${path}`)
  })
})

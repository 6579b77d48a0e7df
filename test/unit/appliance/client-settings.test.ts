import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { clientNames, settingsFor } from '#appliance/client-settings/index.ts'

const settings = { internal: ['@acme.test/*', '@acme/*'], builders: ['sharp', '@acme.test/native', 'sharp'] }
const textOf = (client: 'npm' | 'pnpm' | 'yarn' | 'bun', file: string) =>
  settingsFor(client, settings).find((snippet) => snippet.file === file)?.text ?? ''

describe('what a package manager is told', () => {
  it('is, for npm 12, whose scripts may run', () => {
    expect(JSON.parse(textOf('npm', 'package.json'))).toEqual({
      allowScripts: { '@acme.test/native': true, sharp: true },
    })
  })

  it('is, for pnpm, the same in the words of 10 and of 11, and what is never too young', () => {
    expect(parse(textOf('pnpm', 'pnpm-workspace.yaml'))).toEqual({
      minimumReleaseAgeExclude: ['@acme.test/*', '@acme/*'],
      allowBuilds: { '@acme.test/native': true, sharp: true },
      onlyBuiltDependencies: ['@acme.test/native', 'sharp'],
    })
  })

  it('is, for yarn, in two files', () => {
    expect(parse(textOf('yarn', '.yarnrc.yml'))).toEqual({ npmPreapprovedPackages: ['@acme.test/*', '@acme/*'] })
    expect(JSON.parse(textOf('yarn', 'package.json'))).toEqual({
      dependenciesMeta: { '@acme.test/native': { built: true }, sharp: { built: true } },
    })
  })

  it('is, for bun, whom it trusts', () => {
    expect(JSON.parse(textOf('bun', 'package.json'))).toEqual({ trustedDependencies: ['@acme.test/native', 'sharp'] })
  })

  it('is nothing where there is nothing to say', () => {
    for (const client of clientNames) expect(settingsFor(client, { internal: [], builders: [] })).toEqual([])
  })
})

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDocument, repository } from '#test/support/documents.ts'

describe('the unit for systemd', () => {
  it('starts what the guide puts there, with the settings and data it names', async () => {
    const unit = await readFile(join(repository, 'deploy/atoll.service'), 'utf8')
    const settingOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? ''
    const { text } = await readDocument('docs/install.md')
    const [program = '', script = '', command] = settingOf('ExecStart').split(' ')
    expect(text).toContain(`exec ${program} ${script} "$@"`)
    expect(command).toBe('up')
    for (const variable of settingOf('Environment').split(' ')) {
      const [name, value] = variable.split('=')
      expect(text).toContain(`${name}="\${${name}:-${value}}"`)
    }
    for (const file of [program, script]) {
      await expect(stat(join(repository, file.replace('/opt/atoll/', '')))).resolves.toBeDefined()
    }
  })
})

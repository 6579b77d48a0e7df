import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '#appliance/commands/index.ts'

function pathsOf(command: Command, path: string[] = []): string[][] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()]
    return [own, ...pathsOf(child, own)]
  })
}

/** The program with its output kept. */
function listened(): { program: Command; said: () => string } {
  let said = ''
  const program = createProgram()
  const listen = (command: Command) => {
    command.configureOutput({
      writeOut: (text) => {
        said += text
      },
    })
    command.commands.forEach(listen)
  }
  listen(program)
  return { program, said: () => said }
}

describe('--help', () => {
  it.each(pathsOf(createProgram()).map((path) => path.join(' ')))(
    'of atoll %s says what it does and how',
    async (path) => {
      const { program, said } = listened()
      await expect(program.parseAsync([...path.split(' '), '--help'], { from: 'user' })).rejects.toMatchObject({
        exitCode: 0,
      })
      expect(said()).toMatch(new RegExp(`^Usage: atoll ${path} `))
      // Usage, an empty line, and the description.
      expect(said().split('\n')[2]?.length).toBeGreaterThan(15)
    },
  )

  it('of atoll itself names every command and the exit codes', async () => {
    const { program, said } = listened()
    await expect(program.parseAsync(['--help'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 })
    for (const { name } of program.commands.map((command) => ({ name: command.name() })))
      expect(said()).toContain(`  ${name}`)
    expect(said()).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage.')
  })
})

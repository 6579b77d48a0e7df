import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '#appliance/commands/index.ts'
import { readDocuments } from '#test/support/documents.ts'

const documents = await readDocuments()
const program = createProgram()

/** What npm scripts, other commands and the containers start, and nobody types. */
const startedByOthers = [
  'tour',
  'pds',
  'directory',
  'relay',
  'appview',
  'gateway',
  'edge',
  'public-appview',
  'public-gateway',
  'run',
  'demo seed',
  'database prepare',
  'init',
]

const leaves = (command: Command, path: string[] = []): string[] =>
  command.commands.length === 0
    ? [path.join(' ')]
    : command.commands.flatMap((child) => leaves(child, [...path, child.name()]))

/** What a page gives to type, in blocks and within sentences. */
const typed = documents.flatMap(({ path, text, blocks }) => {
  const lines = blocks.flatMap((block) => (['sh', 'text'].includes(block.language) ? block.text.split('\n') : []))
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return [...lines, ...spans].map((line) => ({ path, line: line.replace('npm run atoll -- ', 'atoll ') }))
})

const mentioned = typed.flatMap(({ path, line }) => {
  const words = /^atoll ((?:[a-z]+(?:-[a-z]+)*(?: |$))+)/.exec(line)?.[1]?.trim().split(' ')
  return words === undefined ? [] : [{ path, line, words }]
})

function find(words: readonly string[]): Command | undefined {
  let at: Command | undefined = program
  for (const word of words) {
    const child: Command | undefined = at.commands.find((command) => command.name() === word)
    if (child === undefined) return at.commands.length === 0 ? at : undefined
    at = child
  }
  return at
}

describe('the guides and "atoll --help"', () => {
  it.each(mentioned)('agree that there is "$line" ($path)', ({ line, words }) => {
    const command = find(words) ?? expect.fail('there is no such command')
    const options = [...line.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option)
    const known = [...command.options, ...program.options].map(({ long }) => long)
    expect([...known, '--help']).toEqual(expect.arrayContaining(options))
  })

  it.each(leaves(program).filter((path) => !startedByOthers.includes(path)))('say what "atoll %s" is for', (path) => {
    const name = path.split(' ')[0]
    const told = typed.some(({ line }) => `${line} `.includes(`atoll ${path} `))
    expect(told, `no guide mentions "atoll ${path}", see "atoll ${name} --help"`).toBe(true)
  })
})

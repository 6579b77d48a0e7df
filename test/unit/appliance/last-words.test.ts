import { expect, it } from 'vitest'
import { lastWords } from '#appliance/supervise/last-words.ts'

const warning = [
  '(node:1234) [DEP0040] DeprecationWarning: something is old',
  '(Use `node --trace-deprecation ...` to show where the warning was created)',
]

it('finds the error in what Node prints when nobody caught it', () => {
  const printed = [
    ...warning,
    'node:events:505',
    '      throw er; // Unhandled event',
    '      ^',
    'Error: connect ECONNREFUSED 127.0.0.1:4883',
    '    at TCPConnectWrap.afterConnect (node:net:2021:16)',
    "Emitted 'error' event on Duplex instance at:",
    '    at Duplex.duplexOnError (ws/lib/stream.js:39:10) {',
    '  errno: -111,',
    '}',
    'Node.js v24.21.0',
  ]
  expect(lastWords(printed)).toEqual(['Error: connect ECONNREFUSED 127.0.0.1:4883'])
})

it('keeps the further lines of a message', () => {
  const printed = [
    'Error: org.json is not a valid configuration:',
    '  listen.port: Invalid input',
    '    at load (a.ts:1:1)',
  ]
  expect(lastWords(printed)).toEqual(printed.slice(0, 2))
})

it('gives the last lines of who names no error, without warnings', () => {
  expect(lastWords([...warning, 'There is no Postgres.', 'Set ATOLL_DATABASE_URL.'])).toEqual([
    'There is no Postgres.',
    'Set ATOLL_DATABASE_URL.',
  ])
})

it('has nothing to say of who was killed', () => {
  expect(lastWords(warning)).toEqual([])
})

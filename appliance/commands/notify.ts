import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import type { Message, MessageState } from '#appliance/admin/index.ts'
import { jsonOption, withOptions } from './options.ts'
import { printTable } from './print-table.ts'
import { type AdminSession, openSession } from './session.ts'

interface Options {
  json?: boolean
}

const columns = ['id', 'type', 'channel', 'target', 'state', 'attempts', 'createdAt', 'error'] as const
const patienceMs = 20_000
const pollMs = 250

/** `atoll notify …` */
export function notifyCommand(): Command {
  return new Command('notify')
    .description('messages that tell people and programs what happened: webhooks and e-mail')
    .addCommand(listing('list', undefined, 'list the newest messages', 'Nobody was told of anything yet.'))
    .addCommand(listing('dead', 'dead', 'list messages that were given up', 'No message was given up.'))
    .addCommand(retry())
    .addCommand(test())
}

function listing(name: string, state: MessageState | undefined, description: string, empty: string): Command {
  const command = new Command(name).description(description).addHelpText(
    'after',
    `
Who is told is said in atoll.yaml under "notify". A message is tried ten times, over two and a half days; what is given up then is
"dead", and is kept for thirty days: "atoll notify retry" tries it again.`,
  )
  return withOptions(command, jsonOption()).action(async ({ json = false }: Options) => {
    const { listMessages } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    printTable(await listMessages(admin, state), columns, { json, empty })
  })
}

function retry(): Command {
  const command = new Command('retry')
    .description('try again what was given up')
    .argument('[id]', 'as "atoll notify dead" shows it; all when absent')
  return withOptions(command, jsonOption()).action(async (id: string | undefined, { json = false }: Options) => {
    const { NotFoundHere, retryMessages } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const messages = await retryMessages(admin, id)
    if (id !== undefined && messages === 0) {
      throw new NotFoundHere(`No message ${id} was given up: "atoll notify dead" lists those that were.`)
    }
    const text = `${messages} are tried again; "atoll notify list" says what became of them.`
    process.stdout.write(`${json ? JSON.stringify({ messages }) : text}\n`)
  })
}

function test(): Command {
  const command = new Command('test')
    .description('send a message to everybody who is configured, and say whether it arrived; ends with 1 if not')
    .addHelpText('after', '\nExample: atoll notify test')
  return withOptions(command, jsonOption()).action(async ({ json = false }: Options) => {
    const { NotFoundHere, testNotices } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const { id, targets } = await testNotices(admin)
    if (targets.length === 0) throw new NotFoundHere('Nobody is to be told: say who in atoll.yaml, under "notify".')
    process.stderr.write(`Sending to ${targets.join(', ')} …\n`)
    const messages = await awaitAttempts({ admin }, id, targets.length)
    printTable(messages, columns, { json, empty: 'The messages are not there yet: "atoll notify list" shows them.' })
    if (messages.length < targets.length || messages.some(({ state }) => state !== 'sent')) process.exitCode = 1
  })
}

/** One attempt for each tells enough: what failed is tried again without us. */
async function awaitAttempts({ admin }: Pick<AdminSession, 'admin'>, id: string, count: number): Promise<Message[]> {
  const { listMessages } = await import('#appliance/admin/index.ts')
  for (const end = performance.now() + patienceMs; ; ) {
    const messages = (await listMessages(admin, undefined)).filter((message) => message.id === id)
    const tried = messages.filter(({ state, error }) => state === 'sent' || error !== undefined)
    if (tried.length >= count || performance.now() > end) return messages
    await delay(pollMs)
  }
}

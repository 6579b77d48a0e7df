import { Command } from 'commander'
import { jsonOption, withOptions } from './options.ts'
import { openSession } from './session.ts'

interface Options {
  reason: string
  json?: boolean
}

/** `atoll person reset-passkeys` */
export function resetPasskeysCommand(): Command {
  const command = new Command('reset-passkeys')
    .description('forget the passkeys of somebody who lost them: a day later they may add a first one again')
    .argument('<handle>', 'or the part before the first dot, or a DID')
    .requiredOption('--reason <text>', 'for the log')
    .addHelpText('after', '\nExample: atoll person reset-passkeys bob.people.test --reason "ticket 4711"')
  return withOptions(command, jsonOption()).action(async (name: string, { reason, json = false }: Options) => {
    const { findPerson, resetPasskeys } = await import('#appliance/admin/index.ts')
    const { admin } = await openSession(command)
    const person = await findPerson(admin, name)
    const reset = await resetPasskeys(admin, person, { reason })
    if (json) return void process.stdout.write(`${JSON.stringify({ ...person, ...reset }, null, 2)}\n`)
    const { removed, mayAddFrom, mayAddUntil } = reset
    process.stdout.write(`${person.handle} has no passkeys any more (${removed} until now).\n`)
    process.stdout.write(
      `They may add a first one from ${mayAddFrom} until ${mayAddUntil}. Tell them: if it was not they who asked, somebody is after their account.\n`,
    )
  })
}

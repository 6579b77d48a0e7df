import { Command } from 'commander'
import { readSettings } from './settings.ts'

/** `atoll signing-key …` */
export function signingKeyCommand(): Command {
  return new Command('signing-key')
    .description("the key by which the registry signs versions, which is the AppView's alone")
    .addCommand(rotate())
}

function rotate(): Command {
  const command = new Command('rotate').description('draw another key; the former stays listed for what it signed')
  command.addHelpText(
    'after',
    `
It is used from the next start of the AppView, which then signs every version anew: restart "atoll up".
In containers, run "atoll init" again and restart the AppView. Clients that still have metadata signed by the former key
verify it with that: GET /-/npm/v1/keys lists both.

Example: atoll signing-key rotate`,
  )
  return command.action(async () => {
    const { rotateSigningKey } = await import('#appliance/init/index.ts')
    const settings = await readSettings({
      cwd: process.cwd(),
      env: process.env,
      file: command.optsWithGlobals()['settings'],
    })
    await rotateSigningKey(settings.dataDir, new Date())
    process.stdout.write('Another key signs from the next start of the AppView: restart it now.\n')
  })
}

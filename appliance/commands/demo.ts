import { Command } from 'commander'
import { readSettings } from './settings.ts'

/** `atoll demo …` */
export function demoCommand(): Command {
  return new Command('demo')
    .description('what a box without an identity provider of yours has to try')
    .addCommand(seed())
}

function seed(): Command {
  return new Command('seed')
    .description('sign the demo people in, and give them an organisation with a team and rules; again changes nothing')
    .addHelpText('after', '\n"atoll up" does this by itself; in containers, the profile "demo" runs it.')
    .action(async (_options: unknown, command: Command) => {
      const { seedDemo } = await import('#appliance/demo/seed/index.ts')
      const file = command.optsWithGlobals()['settings']
      const outcome = await seedDemo(await readSettings({ cwd: process.cwd(), env: process.env, file }))
      process.stdout.write(`demo: organisation acme.test, team maintainers, rules (${outcome})\n`)
    })
}

import { Command } from 'commander'
import { approve } from './approve.ts'
import { check } from './check.ts'
import { consent } from './consent.ts'
import { request } from './request.ts'
import { status } from './status.ts'
import { withdraw } from './withdraw.ts'

const help = `
In this order:
  atoll promote check @acme.com/ui@1.2.0    what would have to change before
  atoll promote request @acme.com/ui@1.2.0  ask for it: needs the permission "promote"
  atoll promote consent @acme.com/ui        whoever published it agrees to be named (without it, the approver is)
  atoll promote approve @acme.com/ui        somebody else decides: needs the permission "approve-promotion"
  atoll promote status @acme.com/ui         how far it is

What was public stays public: others keep copies that nobody can call back.`

/** `atoll promote …` */
export function promoteCommand(): Command {
  return new Command('promote')
    .description('open-source a package: make versions of it public, under the same identity')
    .addCommand(check())
    .addCommand(request())
    .addCommand(consent())
    .addCommand(approve())
    .addCommand(status())
    .addCommand(withdraw())
    .addHelpText('after', help)
}

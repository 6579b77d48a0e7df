import { Command } from 'commander'
import type { Claim, Org } from '#appliance/admin/index.ts'
import { jsonOption, orgOption, tokenOption, withOptions } from '../options.ts'
import { type AdminSession, askForOperation, openOrgSession } from '../session.ts'
import { examples, print } from './print.ts'

interface Options {
  org?: string
  token?: string
  json?: boolean
}

export function claim(): Command {
  const command = new Command('claim')
    .description('say that a name is your organisation’s (approved in your browser by you, who manages it)')
    .argument('<name>', "'@acme/*' or a package's name")
    .addHelpText('after', `${examples}\n\nExample: atoll name claim '@acme/*' --org acme.test`)
  return withOptions(command, orgOption(), tokenOption(), jsonOption()).action(
    async (raw: string, options: Options) => {
      const session = await openOrgSession(command, options.org)
      const { handle } = session.org
      const { name, state, from, upstream } = await claimOnce(session, raw, options)
      print({ name, org: handle, state, ...(upstream === undefined ? {} : { upstream }) }, options, [
        state === 'granted' ? `${name} is ${handle}'s already.` : `${handle} claims ${name}.`,
        ...(state === 'granted' ? [] : nextFor({ name, handle, from, upstream })),
      ])
    },
  )
}

function nextFor({ name, handle, from, upstream }: Omit<Claim, 'state'> & { handle: string }): string[] {
  const verb = from === undefined ? 'grant' : 'change'
  const next = `An administrator of the registry ${verb}s it: atoll name ${verb} '${name}' --to ${handle}`
  if (upstream === undefined) return [next]
  return [`Upstream has ${upstream}, so it takes two administrators, and everybody gets that one until then.`, next]
}

/** Claims what is not claimed yet, so that a command that was broken off can be run again. */
export async function claimOnce(
  { admin, org, settings }: AdminSession & { org: Org },
  raw: string,
  { token }: Pick<Options, 'token'>,
): Promise<Claim> {
  const { claimName, findClaim } = await import('#appliance/admin/index.ts')
  const found = await findClaim(admin, org, raw)
  if (found.state !== 'free') return found
  await askForOperation(settings, token, claimName(org.did, found.name))
  return { ...found, state: 'claimed' }
}

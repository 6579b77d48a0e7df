import { Command } from 'commander'
import type { Claim, Org } from '#appliance/admin/index.ts'
import { jsonOption, tokenOption, withOptions } from '../options.ts'
import { type AdminSession, askForOperation, openOrgSession } from '../session.ts'
import { claimOnce } from './claim.ts'
import { examples, print } from './print.ts'

interface Options {
  to?: string
  token?: string
  json?: boolean
}

const twoHelp = `
Where upstream has the name it takes two administrators of the registry, who are the first managers of its
organisations: each runs this command with their own token, and approves in the browser.`

export function grant(): Command {
  const command = new Command('grant')
    .description('give an organisation a name it has used before, claiming it first where that is still to be done')
    .argument('<name>', "'@acme/*' or a package's name")
    .option('--to <org>', 'handle of the organisation, where there is more than one')
    .addHelpText('after', `${examples}\n${twoHelp}\n\nExample: atoll name grant '@acme/*' --to acme.test`)
  return withOptions(command, tokenOption(), jsonOption()).action(async (raw: string, options: Options) => {
    const session = await openOrgSession(command, options.to)
    const claim = await claimOnce(session, raw, options)
    await decide(session, claim, { ...options, kind: 'grant' })
  })
}

export function change(): Command {
  const command = new Command('change')
    .description('give a name from the organisation that hands it over to the one that claims it')
    .argument('<name>', "'@acme/*' or a package's name")
    .requiredOption('--to <org>', 'handle of the organisation that gets it')
    .addHelpText(
      'after',
      `
It takes all three: "atoll name transfer" by who has it, "atoll name claim" by who gets it, and this. Lockfiles that
have the old packages still install them; everybody else gets what the new organisation publishes.
${twoHelp}

Example: atoll name change left-pad-internal --to other.test`,
    )
  return withOptions(command, tokenOption(), jsonOption()).action(async (raw: string, options: Options) => {
    const { findClaim } = await import('#appliance/admin/index.ts')
    const session = await openOrgSession(command, options.to)
    await decide(session, await findClaim(session.admin, session.org, raw), { ...options, kind: 'change' })
  })
}

/** The registry's part; where upstream has the name, this administrator's approval first. */
async function decide(
  { admin, org, settings }: AdminSession & { org: Org },
  { name, state, upstream }: Claim,
  options: Options & { kind: 'grant' | 'change' },
): Promise<void> {
  const { approveName, decideName, draftName } = await import('#appliance/admin/index.ts')
  const { kind, token } = options
  if (upstream !== undefined && state !== 'granted') {
    const draft = await draftName(admin, org, name)
    if (draft.approvedBy.length < 2) await askForOperation(settings, token, approveName(draft))
  }
  const decided = await decideName(admin, { org, name, kind })
  if ('needsAnother' in decided) {
    print({ name, org: org.handle, state: 'proposed', ...(upstream === undefined ? {} : { upstream }) }, options, [
      `Upstream has ${upstream}, so nothing changes until another administrator of the registry agrees:`,
      `atoll name ${kind} '${name}' --to ${org.handle}`,
    ])
    return
  }
  const { uri, cid } = decided
  print({ name, org: org.handle, state: 'granted', uri, cid }, options, [
    `${name} is now found with ${org.handle}, and nowhere else.`,
    `Rules name packages, so say who may do what: atoll permission add everyone read '${name}' --org ${org.handle}`,
  ])
}

import { type GroupsClaim, readGroups } from '#common/groups/index.ts'
import type { PeopleContext } from '../context.ts'
import type { Answer, KnownProvider } from '../idp/index.ts'
import { askForGroups } from './ask-for-groups.ts'
import { writeMembership } from './write-membership.ts'

/**
 * Keeps in the person's own repository in which groups their identity provider has just said they are. That it says nothing
 * changes nothing: groups that do not fit a token, or a provider that does not answer, must not empty a team. An empty list
 * is an answer.
 * @param did the person the answer is about
 * @throws ComponentUnavailable
 */
export async function noteGroups(context: PeopleContext, did: string, issuer: string, answer: Answer): Promise<void> {
  const provider = await context.providers.get(issuer)
  if (provider.settings.groups === undefined) return
  const said = await groupsIn(context, provider, answer)
  if (said.kind === 'said') {
    await writeMembership(context, did, { issuer, ids: said.ids, saidAt: new Date(answer.claims.iat * 1000) })
  } else {
    context.log.info({ did, issuer, reason: said.reason }, 'no word about groups')
  }
}

async function groupsIn(context: PeopleContext, provider: KnownProvider, answer: Answer): Promise<GroupsClaim> {
  const { claim = '', fallback } = provider.settings.groups ?? {}
  const said = readGroups(answer.claims, claim)
  if (said.kind === 'said' || fallback === undefined) return said
  try {
    return await askForGroups(provider, { claim, fallback, ...answer })
  } catch (err) {
    context.log.warn({ err, issuer: provider.settings.issuer }, 'the identity provider could not be asked for groups')
    return said
  }
}

import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { findWitness } from '../../attest/index.ts'
import type { PeopleContext } from '../../context.ts'
import { required } from '../../require.ts'
import type { ChosenAttestation, DecidedPromotion, ProjectionContext, Version } from '../context.ts'

/**
 * Whose attestation of each version becomes public: that of who published it, if everybody it names approved the promotion, which is how
 * they agree to be named; or of a CI job, which is nobody. Else that of who approved it.
 * @throws NotAttested for a version that the promotion names and nobody stands behind in public; of later ones it is left out
 */
export async function chooseAuthors(context: ProjectionContext): Promise<void> {
  const { later } = context
  const decided = required(context.decided, 'verifyDecision')
  const chosen: ChosenAttestation[] = []
  for (const version of later ?? decided.request.versions) {
    const author = await choose(context, decided, version)
    if (author !== undefined) chosen.push({ author, version })
    else if (later === undefined) throw nobody(context, decided, version)
  }
  context.chosen = chosen
}

async function choose(
  context: ProjectionContext,
  { cid, request, approvedBy }: DecidedPromotion,
  version: Version,
): Promise<string | undefined> {
  const { people } = context
  const first = await findWitness(people, version.cid)
  for (const author of [first?.did, approvedBy]) {
    const said = author === undefined ? undefined : await attestationOf(context, author, request.name, version)
    if (author === undefined || said === undefined) continue
    const named = [author, ...(said.stagedBy?.startsWith('did:') === true ? [said.stagedBy] : [])]
    const willing = named.map(
      async (did) => did === approvedBy || (await isJob(people, did)) || agreed(people, did, cid),
    )
    if ((await Promise.all(willing)).every(Boolean)) return author
  }
  return undefined
}

/** Their account is here, has not left, and holds an attestation of exactly this version: that. */
async function attestationOf(
  { people, org }: ProjectionContext,
  author: string,
  name: string,
  { version, cid }: Version,
): Promise<app.npm.publish.attestation.Main | undefined> {
  const { main } = app.npm.publish.attestation
  if ((await people.host.accountOf(author)) === undefined) return undefined
  const found = await people.host.findRecord(author, main.$type, cid)
  const parsed = found && main.safeParse(found.record)
  if (parsed?.success !== true) return undefined
  const { subject, name: of } = parsed.value
  const uri = recordUri(org, app.npm.package.version.$nsid, versionKey(name, version))
  const isAbout = parsed.value.org === org && of === name && subject.cid === cid && subject.uri === uri
  return isAbout ? parsed.value : undefined
}

async function isJob({ db }: Pick<PeopleContext, 'db'>, did: string): Promise<boolean> {
  const row = await db.selectFrom('publisher_account').select('did').where('did', '=', did).executeTakeFirst()
  return row !== undefined
}

/** @param promotion CID */
async function agreed({ host }: Pick<PeopleContext, 'host'>, did: string, promotion: string): Promise<boolean> {
  return (await host.findRecord(did, app.npm.org.approval.$nsid, promotion)) !== undefined
}

function nobody({ org, id }: ProjectionContext, { request }: DecidedPromotion, { version }: Version): AtollError {
  const subject = `${request.name}@${version}`
  const reason = `who published it has not agreed to be named, and who approved the promotion ${id} of ${org} does not attest it`
  return new AtollError('NotAttested', { subject, reason })
}

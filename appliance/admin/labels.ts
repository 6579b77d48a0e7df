import { z } from 'zod'
import { app } from '#lexicons'
import { type Approval, callGateway, callWithApproval, type PersonalGateway } from './call-gateway.ts'

/** A label as somebody asks for it. */
export interface LabelRequest {
  /** Name of a package, or a DID. */
  about: string
  versions?: string[] | undefined
  range?: string | undefined
  val: string
  neg?: true | undefined
  /** RFC 3339. */
  exp?: string | undefined
  reason: string
  /** DID of the organisation by whose rights. */
  org?: string | undefined
}

const labelledSchema = z.object({ subject: z.string(), org: z.string(), versions: z.number() })
export type Labelled = z.infer<typeof labelledSchema>

const saidSchema = {
  src: z.string(),
  val: z.string(),
  reason: z.string().optional(),
  by: z.string().optional(),
  cts: z.string(),
  exp: z.string().optional(),
}
const listSchema = z.object({
  labels: z.array(
    z.object({
      ...saidSchema,
      trust: z.string(),
      uri: z.string(),
      version: z.string().optional(),
      byRule: z.boolean().optional(),
    }),
  ),
  rules: z.array(z.object({ ...saidSchema, range: z.string() })),
})

/** One line of what is said of a package. */
export interface SaidLabel extends Record<string, unknown> {
  label: string
  /** What it is about: a version, a range, `every version`, or a publisher. */
  on: string
  /** DID of the labeler. */
  labeler: string
  /** What its word counts. */
  trust: string
  reason: string | undefined
  since: string
  until: string | undefined
}

/**
 * Has a label given or taken back, approved by the person in their browser.
 * @throws OperationRefused
 */
export async function putLabel(
  gateway: PersonalGateway,
  request: LabelRequest,
  approve: (approval: Approval) => Promise<string>,
): Promise<Labelled> {
  const call = { nsid: app.npm.gateway.label.main.nsid, input: request }
  return labelledSchema.parse(await callWithApproval(gateway, call, approve))
}

/**
 * Who says what about a package. Labels that were made of a range are left out: the range is there.
 * @param labelers DIDs of labelers that are shown as well, though their word counts for nothing
 * @throws OperationRefused
 */
export async function listLabels(
  gateway: PersonalGateway,
  name: string,
  labelers: readonly string[] = [],
): Promise<SaidLabel[]> {
  const headers: Record<string, string> =
    labelers.length === 0 ? {} : { 'atproto-accept-labelers': labelers.join(', ') }
  const nsid = app.npm.registry.listLabels.main.nsid
  const { labels, rules } = listSchema.parse(await callGateway(gateway, { nsid, params: { name }, headers }))
  const given = labels.filter(({ byRule }) => byRule !== true)
  return [
    ...rules.map((rule) => ({ ...viewOf(rule), on: rule.range, trust: 'own' })),
    ...given.map((label) => ({ ...viewOf(label), on: placeOf(label), trust: label.trust })),
  ]
}

function viewOf({
  val,
  src,
  reason,
  cts,
  exp,
}: z.infer<typeof listSchema>['rules'][number] | z.infer<typeof listSchema>['labels'][number]) {
  return { label: val, labeler: src, reason, since: cts, until: exp }
}

function placeOf({ uri, version }: z.infer<typeof listSchema>['labels'][number]): string {
  if (version !== undefined) return version
  return uri.startsWith('did:') ? uri : 'every version'
}

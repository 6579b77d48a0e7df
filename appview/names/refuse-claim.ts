import { type ClaimableName, isHandleScope } from '#common/names/index.ts'

/** What is known of a name that an organisation would like to have. */
export interface ClaimFacts {
  /** DID of the organisation. */
  org: string
  /** Its handle. */
  handle: string
  /** DID of the organisation that had or has the name's scope as handle. */
  handleOf: string | undefined
  /** Names that cover this one and are another organisation's, as people write them. */
  others: readonly { name: string; org: string; handle: string }[]
  /** DID of who has the name and hands it over to this organisation. */
  handedOverBy: string | undefined
}

/**
 * Why an organisation cannot have a name.
 * @returns a sentence's end, or undefined when it can
 */
export function refuseClaim({ name, scope, whole }: ClaimableName, facts: ClaimFacts): string | undefined {
  if (scope === facts.handle) return 'it belongs to it already, as every name under its handle'
  if (scope !== undefined && isHandleScope(scope)) return refuseHandle(scope, whole, facts)
  const other = facts.others.find(({ org }) => org !== facts.handedOverBy)
  if (other === undefined) return undefined
  const covering = other.name === name ? 'it' : other.name
  return `${covering} was granted to ${other.handle}`
}

function refuseHandle(scope: string, whole: boolean, { org, handleOf }: ClaimFacts): string | undefined {
  if (handleOf !== org) return 'a scope with a dot is a handle, and belongs to the organisation that has or had it'
  return whole ? undefined : `a former handle is granted as a whole: @${scope}/*`
}

import { type JsonValue, lexToJson } from '@atproto/lex-json'
import { RegistryClient } from '#appliance/verify/index.ts'
import { app } from '#lexicons'

type Answer = (params: URLSearchParams) => object | undefined

/** A registry whose gateway and AppView say what somebody wants them to, and pass on everything else. */
export class LyingRegistry extends RegistryClient {
  /** NSID → what is answered instead; what is left undefined is asked. */
  readonly lies = new Map<string, Answer>()
  /** Where proofs come from, when the gateway would show none of what is asked for. */
  proofs: ((params: Record<string, string>) => Promise<Response>) | undefined
  /** How often each kind of record was asked for. */
  readonly asked: string[] = []

  override async open(nsid: string, params: Record<string, string>): Promise<Response> {
    const lie = this.lies.get(nsid)?.(new URLSearchParams(params))
    if (lie !== undefined) return Response.json(lexToJson(lie as Parameters<typeof lexToJson>[0]) as JsonValue)
    if (nsid !== app.npm.gateway.getRecordProof.$nsid) return super.open(nsid, params)
    this.asked.push(params['collection'] ?? '')
    return this.proofs === undefined ? super.open(nsid, params) : this.proofs(params)
  }
}

import type { Identities } from './identity-resolver.ts'

/** What an account is called in what people read: its handle, or its DID when it has none. */
export async function handleOf(identities: Pick<Identities, 'resolve'>, did: string): Promise<string> {
  return (await identities.resolve(did))?.handle ?? did
}

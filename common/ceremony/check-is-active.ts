import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#common/identity/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'

const statusSchema = z.object({ active: z.boolean() })
const timeoutMs = 5_000

/**
 * The people PDS is asked at every operation: what a person had approved, or their gateway still holds, is worth nothing
 * from the moment they are disabled. Without an answer nobody is let in.
 * @throws UntrustedIssuer when the people PDS does not host this account, whatever the directory says of it
 * @throws AccountDisabled, ComponentUnavailable
 */
export async function checkIsActive({ did, handle }: Account, people: Pick<PeerClient, 'fetch'>): Promise<void> {
  const { active } = await statusOf(did, people)
  if (!active) throw new AtollError('AccountDisabled', { did, handle })
}

async function statusOf(did: string, people: Pick<PeerClient, 'fetch'>): Promise<z.infer<typeof statusSchema>> {
  try {
    const response = await people.fetch(atproto.getRepoStatus, { did }, { timeoutMs })
    return statusSchema.parse(await response.json())
  } catch (error) {
    if (error instanceof AtollError && error.code === 'RepoNotFound')
      throw new AtollError('UntrustedIssuer', { issuer: did })
    throw error
  }
}

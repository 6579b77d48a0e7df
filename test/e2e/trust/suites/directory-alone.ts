import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, type Operation, type UnsignedOperation } from '@did-plc/lib'
import { describe, expect, it } from 'vitest'
import { type Account, buildGenesis, IdentityResolver } from '#common/identity/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { app } from '#lexicons'
import { Intruder } from '#test/support/intruder.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { mintAccount, readLog, rewriteLog } from '../burglary/broken-directory.ts'
import { orgWritesVersion } from '../burglary/broken-org.ts'
import { attestationOf } from '../burglary/broken-people.ts'
import { draftVersion } from '../burglary/draft-version.ts'
import { idTokenAbout } from '../burglary/identity-provider.ts'
import { sendToOrg } from '../burglary/send-to-org.ts'

type Forgery = (log: readonly Operation[], burglar: Secp256k1Keypair) => Promise<Operation[]>

const { nsid: procedure } = app.npm.operation.publish.main

/** Each puts the burglar's key into an identity. */
const forgeries: [string, Forgery][] = [
  ['its last operation altered', async ([genesis, last], key) => present([genesis, last && withKey(last, key)])],
  ['its last operation swapped for one that another key signed', ([genesis], key) => extend(present([genesis]), key)],
  ['an operation added that another key signed', extend],
  ['a log that begins with another key', async (_, key) => extend([(await buildGenesis(key)).op], key)],
]

/** Everything the directory holds: the logs, and nobody's keys. */
export function directoryAlone(box: () => OpenBox): void {
  describe('the directory alone cannot pass itself off as', () => {
    for (const who of ['alice', 'acme.test']) {
      it.each(forgeries)(`${who}, with %s`, async (_, forge) => {
        const did = who === 'alice' ? box().person('alice').did : box().acme
        await whileItGivesOut(did, forge, async (burglar) => {
          await expect(resolve(did)).rejects.toMatchObject({ code: 'IdentityInvalid' })
          if (who === 'alice') expect(await publishesAs(did, burglar)).toBe('IdentityInvalid')
        })
      })
    }

    it('anybody, by cutting their log short', async () => {
      const { did } = box().person('alice')
      await whileItGivesOut(
        did,
        async ([genesis]) => present([genesis]),
        async (burglar) => {
          expect(await resolve(did)).toBeUndefined()
          expect(await publishesAs(did, burglar)).toBe('UntrustedIssuer')
        },
      )
    })

    it('a person of its own making, who is not enrolled', async () => {
      const { did, signing } = await mintAccount(box(), 'minted.people.test', box().parts.network.peers.people.url)
      expect(await resolve(did)).toMatchObject({ role: 'people' })
      expect(await publishesAs(did, signing)).toBe('UntrustedIssuer')
    })

    it('a person whom another PDS speaks for', async () => {
      const { org, network, configs } = box().parts
      const { did, signing } = await mintAccount(box(), 'ghost.people.test', network.peers.people.url)
      await box().person('dan').permits(box().acme, { effect: 'allow', subject: did, action: 'publish', packages: '*' })
      await using intruder = await Intruder.breaksInto(configs.org, org.url)
      await intruder.adopts(did, signing)
      const draft = await draftVersion(box().acme, '@acme.test/ghost@1.0.0')
      await intruder.writes(did, [{ action: 'create', ...attestationOf(draft) }])
      await orgWritesVersion(box(), draft)
      expect(await box().installable(draft.spec)).toEqual({ listed: false, served: false })
    })
  })

  it('publishes as before once the directory tells the truth again', async () => {
    await box().person('alice').publishes('@acme.test/recovered@1.0.0')
    expect(await box().installable('@acme.test/recovered@1.0.0')).toEqual({ listed: true, served: true })
  })

  const resolve = (did: string): Promise<Account | undefined> => new IdentityResolver(box().parts.network).resolve(did)

  async function whileItGivesOut(
    did: string,
    forge: Forgery,
    look: (burglar: Secp256k1Keypair) => Promise<void>,
  ): Promise<void> {
    const burglar = await Secp256k1Keypair.create()
    const honest = await readLog(box(), did)
    await rewriteLog(box(), did, await forge(honest, burglar))
    try {
      await look(burglar)
    } finally {
      await rewriteLog(box(), did, honest)
    }
  }

  /** With everything else as alice would bring it. @returns what the org PDS says */
  async function publishesAs(did: string, key: Secp256k1Keypair): Promise<string> {
    const draft = await draftVersion(box().acme, '@acme.test/forged-identity@1.0.0')
    const audience = box().parts.network.peers.org.did
    const token = await signServiceToken(key, { issuer: did, audience, method: procedure, op: draft.op })
    const idToken = await idTokenAbout(box(), 'alice', draft.op)
    return (await sendToOrg(box(), { ...draft, procedure, token, idToken, body: draft.tarball })).code
  }
}

async function extend(log: readonly Operation[], burglar: Secp256k1Keypair): Promise<Operation[]> {
  const last = log.at(-1) ?? expect.fail('an empty log')
  return [...log, await createUpdateOp(last, burglar, (operation) => withKey(operation, burglar))]
}

function withKey<Unsigned extends UnsignedOperation>(operation: Unsigned, burglar: Secp256k1Keypair): Unsigned {
  return { ...operation, rotationKeys: [burglar.did()], verificationMethods: { atproto: burglar.did() } }
}

function present(log: readonly (Operation | undefined)[]): Operation[] {
  return log.filter((operation) => operation !== undefined)
}

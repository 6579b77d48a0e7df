import { randomBytes } from 'node:crypto'
import type { DidString } from '@atproto/syntax'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { composeOperation, putPermission } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { Intruder } from '#test/support/intruder.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { draftRule } from '../burglary/broken-org.ts'
import { approvalOf, attestationOf, peopleWrite, registrationOf, tokenOf } from '../burglary/broken-people.ts'
import { type DraftVersion, draftVersion } from '../burglary/draft-version.ts'
import { claimsOf, idTokenAbout } from '../burglary/identity-provider.ts'
import { sendToOrg } from '../burglary/send-to-org.ts'

const notAtAll = { listed: false, served: false }
const { nsid: publishing } = app.npm.operation.publish.main

type MakesToken = (box: OpenBox, op: Uint8Array) => Promise<string | undefined>

/** Everything it could bring in place of the provider's word for an operation. */
const idTokens: [string, MakesToken, string][] = [
  ['none', async () => undefined, 'InvalidRequest'],
  ['one signed with the secret it shares with the provider', signedWithClientSecret, 'StepUpRejected'],
  [
    'one the provider made when alice signed in',
    (box) => idTokenAbout(box, 'alice', randomBytes(32)),
    'StepUpRejected',
  ],
  ['one the provider made for bob', (box, op) => idTokenAbout(box, 'bob', op), 'StepUpRejected'],
]

/** Everything the people PDS holds: people's keys and the registry's, their repositories, the client's secret. */
export function peopleAlone(box: () => OpenBox): void {
  describe('the people PDS alone', () => {
    it.each(idTokens)(
      'cannot publish with a token and attestation of alice, and for the provider’s word %s',
      async (_, makeToken, refusal) => {
        const draft = await draftVersion(box().acme, `@acme.test/unconfirmed@1.0.0-${randomBytes(4).toString('hex')}a`)
        const { did } = box().person('alice')
        await peopleWrite(box(), did, attestationOf(draft))
        expect(await publishes(did, draft, await makeToken(box(), draft.op))).toBe(refusal)
        expect(await box().installable(draft.spec)).toEqual(notAtAll)
      },
    )

    it('cannot give rights, as the registry and in the name of those it makes managers', async () => {
      const { did } = box().person('bob')
      const { registryDid } = box().parts.network
      const rule = {
        id: 'bobs-own',
        subject: did,
        action: 'publish',
        packages: '@acme.test/*',
        effect: 'allow',
      } as const
      await peopleWrite(box(), registryDid, registrationOf(box().acme, [did, box().person('dan').did]))
      await peopleWrite(box(), did, approvalOf(box().acme, draftRule(box().acme, rule)))
      expect(await permitsAs(did, rule)).toBe('StepUpRejected')
      const draft = await draftVersion(box().acme, '@acme.test/made-manager@1.0.0')
      await peopleWrite(box(), did, attestationOf(draft))
      await box().settles()
      expect(await mayPublish(did)).toBe(false)
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
      await peopleWrite(box(), registryDid, registrationOf(box().acme, [box().person('dan').did]))
    })

    it('cannot make an organisation out of an account it hosts', async () => {
      const { people, network, configs } = box().parts
      const { did, handle } = await people.host.provision({ handle: 'mallory.people.test', owner: 'burglar' })
      const draft = await draftVersion(did, `@${handle}/own@1.0.0`)
      const rules = (['read', 'publish'] as const).map((action) =>
        draftRule(did, { id: action, subject: 'everyone', action, packages: '*', effect: 'allow' }),
      )
      await peopleWrite(box(), network.registryDid, registrationOf(did, [did]))
      await peopleWrite(box(), did, attestationOf(draft))
      for (const rule of rules) await peopleWrite(box(), did, approvalOf(did, rule))
      await using intruder = await Intruder.breaksInto(configs.people, people.url)
      const { readme } = draft.inspected
      await intruder.stores(did, draft.tarball, 'application/gzip')
      if (readme !== undefined) await intruder.stores(did, readme.bytes, readme.mimeType)
      const written = [...rules, draft.write].map((record) => ({ action: 'create' as const, ...record }))
      await intruder.writes(did, written)
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
      const bob = await box().person('bob').atWork()
      expect((await bob.get(`/${did}/@${handle}/own/-/own-1.0.0.tgz`)).status).toBe(404)
    })
  })

  async function publishes(did: string, draft: DraftVersion, idToken: string | undefined): Promise<string> {
    const token = await tokenOf(box(), did, publishing, draft.op)
    return (await sendToOrg(box(), { ...draft, procedure: publishing, token, idToken, body: draft.tarball })).code
  }

  async function permitsAs(did: string, rule: Parameters<typeof draftRule>[1]): Promise<string> {
    const { procedure } = putPermission
    const expiry = Math.floor(Date.now() / 1000) + 300
    const input = { ...rule, createdAt: new Date().toISOString() }
    const operation = composeOperation({ org: box().acme, procedure, input, expiry })
    const token = await tokenOf(box(), did, procedure, operation.op)
    const idToken = await idTokenAbout(box(), 'bob', randomBytes(32))
    return (await sendToOrg(box(), { ...operation, procedure, token, idToken })).code
  }

  async function mayPublish(actor: DidString): Promise<boolean> {
    const appview = await box().calls('appview', { as: 'gateway' })
    const params = { org: box().acme, actor, action: 'publish', package: '@acme.test/made-manager' }
    return (await appview.call(app.npm.registry.checkPermission, { params })).allowed
  }
}

function signedWithClientSecret(box: OpenBox, op: Uint8Array): Promise<string> {
  const secret = new TextEncoder().encode(box.parts.secrets.idp.clientSecret)
  return new SignJWT(claimsOf(box, 'alice', op)).setProtectedHeader({ alg: 'HS256' }).sign(secret)
}

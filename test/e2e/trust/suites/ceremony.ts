import type { JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { parseSpec } from '#test/support/box-person.ts'
import { type PackedVersion, packVersion } from '#test/support/developer.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import type { RegistryAnswer } from '#test/support/publish-request.ts'
import { tokenOf } from '../burglary/broken-people.ts'
import { claimsOf, idTokenAbout } from '../burglary/identity-provider.ts'
import { sendToOrg } from '../burglary/send-to-org.ts'

const notAtAll = { listed: false, served: false }
const { nsid: procedure } = app.npm.operation.publish.main
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds

/** What is wrong with the provider's word, and what the org PDS says to it. */
const wrongWords: [string, (box: OpenBox) => JWTPayload, RegExp][] = [
  ['names another operation', () => ({ nonce: Buffer.alloc(32).toString('base64url') }), /another operation/],
  ['is about an authentication that is too old', () => ({ auth_time: secondsAgo(200) }), /too old/],
  ['says nothing of a second factor', () => ({ amr: ['pwd'] }), /second factor/],
  ['is about somebody else', (box) => ({ sub: claimsOf(box, 'bob', new Uint8Array()).sub ?? '' }), /somebody else/],
]

/** From the first PUT to the last, with everybody honest but one (DESIGN §2). */
export function ceremony(box: () => OpenBox): void {
  describe('the provider’s word is refused that', () => {
    it.each(wrongWords)('%s, with all else as it should be', async (what, changes, reason) => {
      const spec = `@acme.test/word-${what.replaceAll(' ', '-')}@1.0.0`
      const { packed, code } = await approved(spec)
      const row = await operationOf(packed)
      const { did } = box().person('alice')
      const bytes = row.bytes
      const body = tarballOf(packed)
      const submit = async (claims: JWTPayload) => {
        const token = await tokenOf(box(), did, procedure, row.op)
        const idToken = await idTokenAbout(box(), 'alice', row.op, claims)
        return sendToOrg(box(), { procedure, bytes, token, idToken, body })
      }
      const refused = await submit(changes(box()))
      expect(refused).toMatchObject({ code: 'StepUpRejected', message: expect.stringMatching(reason) })
      expect(
        (
          await box()
            .view(spec)
            .catch((error) => error)
        ).code,
      ).toBe('NotFound')
      // Nothing else was wrong with it.
      expect((await (await box().person('alice').atWork()).put(packed, code)).status).toBe(201)
      expect(await box().installable(spec)).toEqual({ listed: true, served: true })
    })
  })

  describe('a one-time code is refused', () => {
    it('that another machine of the same person brings', async () => {
      const { packed, code } = await approved('@acme.test/other-machine@1.0.0')
      const laptop = await box().person('alice').signsIn()
      expectsApproval(await laptop.put(packed, code))
      expect((await laptop.put(packed, code)).status).toBe(401)
      expect(await box().installable('@acme.test/other-machine@1.0.0')).toEqual(notAtAll)
    })

    it('that is brought for another version, and is spent by that', async () => {
      const alice = await box().person('alice').atWork()
      const { packed, code } = await approved('@acme.test/other-version@1.0.0')
      const other = await packVersion(parseSpec('@acme.test/other-version@2.0.0'))
      expectsApproval(await alice.put(other))
      expect((await alice.put(other, code)).status).toBe(401)
      expect((await alice.put(packed, code)).status).toBe(401)
      expect(await box().installable('@acme.test/other-version@1.0.0')).toEqual(notAtAll)
      expect(await box().installable('@acme.test/other-version@2.0.0')).toEqual(notAtAll)
    })

    it('that was used, for anything but hearing the outcome again', async () => {
      const alice = await box().person('alice').atWork()
      const { packed, code } = await approved('@acme.test/used@1.0.0')
      expect((await alice.put(packed, code)).status).toBe(201)
      expect((await alice.put(packed, code)).status).toBe(201)
      const other = await packVersion(parseSpec('@acme.test/used@1.0.1'))
      expectsApproval(await alice.put(other))
      expect((await alice.put(other, code)).status).toBe(401)
      expect(await box().installable('@acme.test/used@1.0.1')).toEqual(notAtAll)
    })
  })

  describe('bytes that are not those approved', () => {
    it('need an approval of their own, when they come with the code', async () => {
      const alice = await box().person('alice').atWork()
      const spec = '@acme.test/other-bytes@1.0.0'
      const { packed, code } = await approved(spec)
      const evil = await packVersion({ ...parseSpec(spec), files: { 'index.js': 'evil()\n' } })
      expectsApproval(await alice.put(evil, code))
      expect((await alice.put(evil, code)).status).toBe(401)
      expect(
        (
          await box()
            .view(spec)
            .catch((error) => error)
        ).code,
      ).toBe('NotFound')
      expect(packed.integrity).not.toBe(evil.integrity)
    })

    it('are refused, when they come under the digest of those', async () => {
      const alice = await box().person('alice').atWork()
      const spec = '@acme.test/tampered-retry@1.0.0'
      const { packed, code } = await approved(spec)
      const evil = await packVersion({ ...parseSpec(spec), files: { 'index.js': 'evil()\n' } })
      const answer = await alice.put({ ...packed, body: withAttachmentOf(packed, evil) }, code)
      expect(answer).toMatchObject({ status: 400, body: { code: 'InvalidTarball' } })
      expect((await alice.put(packed, code)).status).toBe(201)
      expect((await box().view(spec)).integrity).toBe(packed.integrity)
    })
  })

  it('executes what was approved once, however often its token is sent', async () => {
    const spec = '@acme.test/replayed@1.0.0'
    const { packed, code } = await approved(spec)
    const { op, bytes, token_id: client } = await operationOf(packed)
    const people = await box().calls('people', { as: 'gateway' })
    const redemption = { code, did: box().person('alice').did, client, op: new Uint8Array(op) }
    const credentials = await people.call(app.npm.operation.redeemApproval, { input: redemption })
    const submission = { procedure, bytes, ...credentials, body: tarballOf(packed) }
    expect((await sendToOrg(box(), submission)).code).toBe('done')
    expect((await sendToOrg(box(), submission)).code).toBe('ReplayedToken')
    await expect(people.call(app.npm.operation.redeemApproval, { input: redemption })).rejects.toMatchObject({
      code: 'InvalidCode',
    })
  })

  /** Alice asks and approves; npm has not come back yet. */
  async function approved(spec: string): Promise<{ packed: PackedVersion; code: string }> {
    const alice = box().person('alice')
    const packed = await packVersion(parseSpec(spec))
    return { packed, code: await alice.approves(await alice.asksToPublish(packed)) }
  }

  async function operationOf({ integrity }: PackedVersion) {
    const select = 'SELECT op, bytes, token_id FROM operation WHERE integrity = $1'
    const rows = await box().sql<{ op: Buffer; bytes: Buffer; token_id: string }>('gateway', select, [integrity])
    return rows[0] ?? expect.fail('the gateway has no such operation')
  }
}

function expectsApproval({ status, body }: RegistryAnswer): void {
  expect(status).toBe(401)
  expect(body.authUrl).toBeDefined()
}

interface PublishDocument {
  _attachments: Record<string, { data: string; length: number }>
}

function tarballOf({ body }: PackedVersion): Buffer {
  const [attachment] = Object.values((JSON.parse(body) as PublishDocument)._attachments)
  return Buffer.from(attachment?.data ?? '', 'base64')
}

/** What one request says, with the bytes of another. */
function withAttachmentOf({ body }: PackedVersion, other: PackedVersion): string {
  const document = JSON.parse(body) as PublishDocument
  const { _attachments } = JSON.parse(other.body) as PublishDocument
  return JSON.stringify({ ...document, _attachments })
}

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mintToken } from '#gateway/auth/token/mint-token.ts'
import { digestName } from '#gateway/files/index.ts'
import { app, atprotoWrites } from '#lexicons'
import { parseSpec } from '#test/support/box-person.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { orgWritesVersion } from '../burglary/broken-org.ts'
import { type DraftVersion, draftVersion } from '../burglary/draft-version.ts'
import { sendToOrg } from '../burglary/send-to-org.ts'

const notAtAll = { listed: false, served: false }
const { nsid: procedure } = app.npm.operation.publish.main

/** Everything the gateway holds: its key, its database, parked bytes, and the tokens and codes that pass through it. */
export function gatewayAlone(box: () => OpenBox): void {
  describe('the gateway alone', () => {
    it('cannot publish what it asks for in the name of alice, while she does not approve', async () => {
      const draft = await draftVersion(box().acme, '@acme.test/unasked@1.0.0')
      await park(draft)
      const people = await box().calls('people', { as: 'gateway' })
      const { did } = box().person('alice')
      const asked = {
        operation: bytesOf(draft.bytes),
        did,
        client: 'any',
        requester: { address: '::1', client: 'npm' },
      }
      const { doneUrl } = await people.call(app.npm.operation.openApproval, { input: asked })
      expect((await fetch(doneUrl)).status).toBe(202)
      const guess = { code: '0000-0000-0000-0000', did, client: 'any', op: bytesOf(draft.op) }
      await expect(people.call(app.npm.operation.redeemApproval, { input: guess })).rejects.toMatchObject({
        code: 'InvalidCode',
      })
      const token = await (await box().authOf('gateway')).tokenFor('org', procedure, draft.op)
      const submission = { ...draft, procedure, token, idToken: token, body: draft.tarball }
      expect((await sendToOrg(box(), submission)).code).toBe('UntrustedIssuer')
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
    })

    it('cannot use what passes through it for anything but what alice approved', async () => {
      const alice = box().person('alice')
      const honest = await packVersion(parseSpec('@acme.test/passing@1.0.0'))
      const code = await alice.approves(await alice.asksToPublish(honest))
      const select = 'SELECT op, bytes, token_id FROM operation WHERE integrity = $1'
      const [row] = await box().sql<{ op: Buffer; bytes: Buffer; token_id: string }>('gateway', select, [
        honest.integrity,
      ])
      const { op, bytes, token_id: client } = row ?? expect.fail('it did not write the operation down')
      const people = await box().calls('people', { as: 'gateway' })
      const redemption = { code, did: alice.did, client, op: bytesOf(op) }
      const credentials = await people.call(app.npm.operation.redeemApproval, { input: redemption })
      const evil = await draftVersion(box().acme, '@acme.test/passing@2.0.0', { 'index.js': 'evil()\n' })
      const send = (what: { bytes: Uint8Array; tarball: Buffer }) =>
        sendToOrg(box(), { procedure, bytes: what.bytes, ...credentials, body: what.tarball })
      expect((await send(evil)).code).toBe('InvalidToken')
      expect((await send({ bytes, tarball: evil.tarball })).code).toMatch(/InvalidOperation|PayloadTooLarge/)
      // The token is spent: not even the honest bytes can follow.
      expect((await send({ bytes, tarball: evil.tarball })).code).toBe('ReplayedToken')
      expect(await box().installable(evil.spec)).toEqual(notAtAll)
      expect(await box().installable('@acme.test/passing@1.0.0')).toEqual(notAtAll)
    })

    it('cannot publish with npm tokens, stolen or of its own making', async () => {
      const token = mintToken()
      const insert = `INSERT INTO token (hash, id, did, handle, created_by, created_at, last_used_at, expires_at)
        VALUES ($1, 'forged', $2, 'alice.people.test', $2, now(), now(), now() + interval '1 day')`
      await box().sql('gateway', insert, [createHash('sha256').update(token).digest(), box().person('alice').did])
      const packed = await packVersion(parseSpec('@acme.test/forged-token@1.0.0'))
      const bob = await box().person('bob').atWork()
      const thief = Object.assign(Object.create(Developer.prototype), bob, { token }) as Developer
      const asked = await thief.put(packed)
      expect(asked).toMatchObject({ status: 401, body: { authUrl: expect.any(String) } })
      expect(await bob.person.isRefusedAt(asked.body.authUrl ?? '')).toBe(true)
      expect((await thief.put(packed, '0000-0000-0000-0000')).status).toBe(401)
      expect(await box().installable('@acme.test/forged-token@1.0.0')).toEqual(notAtAll)
    })

    it('cannot have a half version installed by writing that it was proven, or that it is written', async () => {
      const draft = await draftVersion(box().acme, '@acme.test/unproven@1.0.0')
      await orgWritesVersion(box(), draft)
      const { write, inspected } = draft
      const proven = `INSERT INTO proven_version (record_uri, record_cid, attested_by, tarball_cid, integrity, size)
        VALUES ($1, $2, $3, $4, $5, $6)`
      const { integrity, size, blobCid } = inspected
      const { did } = box().person('alice')
      await box().sql('gateway', proven, [write.uri, write.cid, did, blobCid, integrity, size])
      expect(await box().installable(draft.spec)).toEqual(notAtAll)
    })

    it.each(['org', 'people'] as const)(
      'cannot write to the %s PDS, create or name organisations there',
      async (pds) => {
        const { url } = box().parts.network.peers[pds]
        const auth = await box().authOf('gateway')
        const { createOrg, registerOrg } = app.npm.operation
        const methods = [...atprotoWrites, pds === 'org' ? createOrg.main.nsid : registerOrg.main.nsid]
        for (const method of methods) {
          const headers = {
            authorization: `Bearer ${await auth.tokenFor(pds, method)}`,
            'content-type': 'application/json',
          }
          const answer = await fetch(`${url}/xrpc/${method}`, { method: 'POST', headers, body: '{}' })
          expect((await answer.json()) as object, method).toMatchObject({
            error: expect.stringMatching(/WriteNotApproved|UntrustedIssuer/),
          })
        }
      },
    )
  })

  async function park({ tarball, inspected }: DraftVersion): Promise<void> {
    const file = digestName(inspected.integrity) ?? expect.fail('no digest')
    await writeFile(join(box().parts.configs.gateway.dataDir, 'parked', file), tarball)
  }
}

const bytesOf = (bytes: Uint8Array) => new Uint8Array(bytes) as Uint8Array<ArrayBuffer>

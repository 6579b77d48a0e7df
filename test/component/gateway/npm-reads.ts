import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { GatewayScene } from './gateway-scene.ts'
import type { IssuedTokens } from './issued-tokens.ts'
import { Person } from './person.ts'

const hello = '@acme.test/hello'

/** What npm asks beside packages, by who has a right to it and who has none. Alice has published hello. */
export function npmReads(at: () => { scene: GatewayScene; issued: IssuedTokens }): void {
  beforeAll(async () => {
    const input = { name: 'keepers', members: [await at().scene.alice.did()] }
    const made = await at().scene.alice.operates({
      org: at().scene.acme,
      procedure: app.npm.operation.putTeam.$nsid,
      input,
    })
    expect(made.status).toBe(200)
  })

  describe('somebody with a token and no right', () => {
    const escaped = encodeURIComponent(hello)
    /** What is there, and beside it what is not. */
    const pairs: [string, string][] = [
      [`/${hello}`, '/@acme.test/nothing'],
      [`/${hello}/latest`, '/@acme.test/nothing/latest'],
      [`/${hello}/-/hello-1.0.0.tgz`, '/@acme.test/nothing/-/nothing-1.0.0.tgz'],
      ...['dist-tags', 'collaborators', 'visibility', 'access'].map((endpoint): [string, string] => [
        `/-/package/${escaped}/${endpoint}`,
        `/-/package/@acme.test%2fnothing/${endpoint}`,
      ]),
      ...['user', 'team', 'package'].map((endpoint): [string, string] => [
        `/-/org/acme.test/${endpoint}`,
        `/-/org/nobody.test/${endpoint}`,
      ]),
      ['/-/team/acme.test/keepers/user', '/-/team/acme.test/nothing/user'],
      ['/-/team/acme.test/keepers/package', '/-/team/acme.test/nothing/package'],
    ]

    it('is told of what there is as of what there is not', async () => {
      const plain = async (path: string) => {
        const answer = await at().scene.bob.asks(path)
        // But for the name that was asked for.
        const text = (await answer.text()).replaceAll(/hello|nothing|acme\.test|nobody\.test|keepers/g, '…')
        return [answer.status, text]
      }
      for (const [there, notThere] of pairs) {
        const answer = await plain(there)
        expect([there, ...answer]).toEqual([there, 404, expect.stringContaining('not found')])
        expect([there, ...answer]).toEqual([there, ...(await plain(notThere))])
        expect([there, (await at().scene.alice.asks(there)).status]).toEqual([there, 200])
      }
    })

    it('finds nothing, and reads nothing of anybody’s rights', async () => {
      const search = (await (await at().scene.bob.asks('/-/v1/search?text=hello')).json()) as object
      expect(search).toMatchObject({ objects: [], total: 0 })
      for (const user of ['alice', 'alice.people.test', 'bob']) {
        const answer = await at().scene.bob.asks(`/-/user/${user}/package`)
        expect([user, answer.status, await answer.json()]).toEqual([user, 200, {}])
      }
    })

    it('with no token at all is told nothing but that one is needed', async () => {
      for (const path of [...pairs.flat(), '/-/v1/search?text=hello', '/-/user/alice/package', '/-/npm/v1/user']) {
        const answer = await Person.holding(undefined, at().scene.url).asks(path)
        expect([path, answer.status, await answer.json()]).toMatchObject([path, 401, { code: 'AuthRequired' }])
      }
    })
  })

  describe('what npm asks about people and access', () => {
    const asked = async (path: string, person = at().scene.alice) => (await person.asks(path)).json()

    it('is answered in npm’s words', async () => {
      const escaped = encodeURIComponent(hello)
      expect(await asked('/-/org/acme.test/user')).toEqual({ 'alice.people.test': 'owner' })
      expect(await asked('/-/org/acme.test/team?format=cli')).toEqual(['acme.test:keepers'])
      expect(await asked('/-/team/acme.test/keepers/user?format=cli')).toEqual(['alice.people.test'])
      expect(await asked('/-/team/acme.test/keepers/package')).toEqual({})
      expect(await asked('/-/org/acme.test/package')).toEqual({ [hello]: 'write' })
      expect(await asked('/-/user/alice/package')).toEqual({ [hello]: 'write' })
      expect(await asked(`/-/package/${escaped}/collaborators`)).toEqual({ 'alice.people.test': 'write' })
      expect(await asked(`/-/package/${escaped}/visibility`)).toEqual({ public: false })
      expect(await asked('/-/package/left-pad/visibility')).toEqual({ public: true })
      expect(await asked('/-/npm/v1/user')).toMatchObject({
        name: 'alice.people.test',
        email: '',
        tfa: { pending: false, mode: 'auth-and-writes' },
      })
    })

    it('is answered to a token that is limited to packages for these alone', async () => {
      const person = Person.holding(
        await at().issued.issue({
          did: await at().scene.alice.did(),
          handle: 'alice.people.test',
          packages: ['@acme.test/other'],
        }),
        at().scene.url,
      )
      expect(await asked('/-/org/acme.test/package', person)).toEqual({})
      for (const path of ['/-/org/acme.test/user', '/-/org/acme.test/team', '/-/team/acme.test/keepers/user']) {
        expect(await asked(path, person)).toMatchObject({ code: 'TokenTooNarrow' })
      }
    })

    it.each([
      ['POST', '/-/npm/v1/user', { fullname: 'Al' }, /identity provider/],
      ['POST', `/-/package/${encodeURIComponent(hello)}/access`, { access: 'public' }, /public is not supported/],
      ['POST', `/-/package/${encodeURIComponent(hello)}/access`, { publish_requires_tfa: false }, /second factor/],
      [
        'PUT',
        '/-/team/acme.test/keepers/package',
        { package: hello, permissions: 'read-only' },
        /atoll permission add/,
      ],
      ['PUT', '/-/org/acme.test/user', { user: 'bob' }, /atoll team add/],
      ['PUT', '/@acme.test%2fhello', { _id: hello, _rev: '1-a', users: { alice: true } }, /Starring/],
      ['GET', '/-/npm/v1/hooks', undefined, /not supported/],
      ['GET', '/-/_view/starredByUser?key=%22alice%22', undefined, /not supported/],
    ] as const)('refuses %s %s with a way out', async (method, path, body, says) => {
      const init =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      const answer = await at().scene.alice.asks(path, { method, ...init })
      expect([answer.status, await answer.json()]).toEqual([
        405,
        { code: 'NotSupported', error: expect.stringMatching(says) },
      ])
    })

    it('knows of no advisory where none was imported, though npm compresses what it asks', async () => {
      const answer = await at().scene.alice.asks('/-/npm/v1/security/advisories/bulk', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify({ [hello]: ['1.0.0'] })),
      })
      expect([answer.status, await answer.json()]).toEqual([200, {}])
    })

    it('that a package stay as it is, is done already', async () => {
      for (const wanted of [{ access: 'restricted' }, { publish_requires_tfa: true }]) {
        const answer = await at().scene.alice.asks(`/-/package/${encodeURIComponent(hello)}/access`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(wanted),
        })
        expect(answer.status).toBe(200)
      }
    })
  })
}

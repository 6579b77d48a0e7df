import { expect, it } from 'vitest'
import type { GatewayScene } from './gateway-scene.ts'
import { approved, asks, writes } from './npm-requests.ts'

const done = { status: 201, body: { ok: true } }

/** Teams as npm changes them. Alice manages; bob does not. */
export function teamChanges(at: () => GatewayScene): void {
  const people = async (team: string) => (await asks(at().alice, 'GET', `/-/team/acme.test/${team}/user`)).body
  const creates = (name: string, person = at().alice) =>
    // npm sends `true` for the description.
    writes(person, 'PUT', '/-/org/acme.test/team', { name, description: true })
  const members = (team: string) => `/-/team/acme.test/${team}/user`

  it('are made, joined, left and dissolved, each with an approval', async () => {
    expect(await creates('crew')).toMatchObject(done)
    expect(await people('crew')).toEqual([])
    expect(await writes(at().alice, 'PUT', members('crew'), { user: 'bob' })).toMatchObject(done)
    expect(await writes(at().alice, 'PUT', members('crew'), { user: 'alice.people.test' })).toMatchObject(done)
    expect(await people('crew')).toEqual(['alice.people.test', 'bob.people.test'])
    expect(await writes(at().alice, 'DELETE', members('crew'), { user: 'bob.people.test' })).toMatchObject(done)
    expect(await people('crew')).toEqual(['alice.people.test'])
    expect(await writes(at().alice, 'DELETE', '/-/team/acme.test/crew')).toMatchObject(done)
    expect(await people('crew')).toMatchObject({ code: 'NotFound' })
    expect(await creates('crew')).toMatchObject(done)
    expect(await people('crew')).toEqual([])
  })

  it('do not change before that, nor by the code of another change', async () => {
    expect(await creates('guarded')).toMatchObject(done)
    const asked = await asks(at().alice, 'PUT', members('guarded'), { user: 'bob' })
    expect(asked.status).toBe(401)
    expect(await people('guarded')).toEqual([])
    const code = await approved(at().alice, asked)
    const other = await asks(at().alice, 'PUT', members('guarded'), { user: 'alice' }, code)
    expect(other.status).toBe(401)
    expect(await people('guarded')).toEqual([])
    expect(await asks(at().alice, 'PUT', members('guarded'), { user: 'bob' }, code)).toMatchObject(done)
    expect(await people('guarded')).toEqual(['bob.people.test'])
  })

  it('are changed by those who manage alone', async () => {
    expect(await creates('kept')).toMatchObject(done)
    const refused = { status: 403, body: { error: expect.stringContaining('"manage" is missing') } }
    expect(await creates('bobs', at().bob)).toMatchObject(refused)
    expect(await writes(at().bob, 'PUT', members('kept'), { user: 'bob' })).toMatchObject(refused)
    expect(await writes(at().bob, 'DELETE', members('kept'), { user: 'alice' })).toMatchObject(refused)
    expect(await writes(at().bob, 'DELETE', '/-/team/acme.test/kept')).toMatchObject(refused)
  })

  it('of the same name are none', async () => {
    expect(await creates('twice')).toMatchObject(done)
    expect(await creates('twice')).toMatchObject({ status: 409, body: { code: 'TeamExists' } })
  })

  it.each([
    ['PUT', '/-/org/acme.test/team', { name: 'No Slug' }, 400, 'InvalidOperation'],
    ['PUT', '/-/org/acme.test/team', { name: 'long', description: 'x'.repeat(600) }, 400, 'InvalidOperation'],
    ['PUT', '/-/org/acme.test/team', {}, 400, 'InvalidRequest'],
    ['PUT', '/-/org/nobody.test/team', { name: 'twice' }, 404, 'NotFound'],
    ['PUT', '/-/team/acme.test/nothing/user', { user: 'bob' }, 404, 'NotFound'],
    ['PUT', '/-/team/acme.test/crew/user', { user: 'nobody' }, 404, 'PersonNotFound'],
    ['DELETE', '/-/team/acme.test/crew/user', { user: 'bob' }, 404, 'NotFound'],
    ['DELETE', '/-/team/acme.test/nothing', undefined, 404, 'NotFound'],
  ] as const)('refuse %s %s %j with %d', async (method, path, body, status, code) => {
    expect(await writes(at().alice, method, path, body)).toMatchObject({ status, body: { code } })
  })

  it('take who is in them already as done', async () => {
    await creates('full')
    expect(await writes(at().alice, 'PUT', members('full'), { user: 'bob' })).toMatchObject(done)
    expect(await asks(at().alice, 'PUT', members('full'), { user: 'bob' })).toMatchObject(done)
  })
}

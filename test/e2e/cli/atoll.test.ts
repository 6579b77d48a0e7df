import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoPerson } from '#appliance/demo/person.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { describeImporting } from './importing.ts'
import { describeVerifying } from './verifying.ts'
import { describeWatching } from './watching.ts'

interface Team {
  name: string
  members: { did: string; handle?: string }[]
}

interface Permission {
  id: string
  effect: string
  subject: string
  action: string
  packages: string
}

let box: SupervisedBox
let alice: Developer
let bob: Developer
/** Manages acme.test. */
let dan: Administrator
beforeAll(async () => {
  box = await startSupervisedBox()
  alice = await Developer.signIn(box.gateway, 'alice')
  bob = await Developer.signIn(box.gateway, 'bob')
  dan = new Administrator(box, await Developer.signIn(box.gateway, 'dan'))
})
afterAll(() => box?.[Symbol.asyncDispose]())

/** Whether somebody would be let publish: then it is a matter of approving it. */
async function mayPublish(developer: Developer, name: string): Promise<boolean> {
  const { status, body } = await developer.put(await packVersion({ name, version: '1.0.0' }))
  if (status === 401 && body.authUrl !== undefined) return true
  expect(status).toBe(403)
  expect(body.error).toMatch(/the permission "publish.*" is missing/)
  return false
}

const org = ['--org', 'acme.test']
const done = { exitCode: 0, stdout: expect.stringMatching(/^Done: at:\/\/did:plc:\S+ \(bafy\S+\)\n$/) }

describe('atoll status', () => {
  it('shows every component, for people and for programs', async () => {
    const [shown, read] = await Promise.all([box.atoll(['status']), box.atoll(['status', '--json'])])
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
    const { components: rows } = JSON.parse(read.stdout) as {
      components: { component: string; state: string }[]
    }
    const components = ['directory', 'org', 'people', 'relay', 'appview', 'gateway', 'idp', 'postgres']
    expect(rows.map(({ component, state }) => `${component} ${state}`)).toEqual(components.map((name) => `${name} up`))
    for (const name of components) expect(shown.stdout).toMatch(new RegExp(`^${name} +up +(http|postgres)://`, 'm'))
  })

  it('ends with 1 when a component hangs, and says which', async () => {
    await box.signal('relay', 'SIGSTOP')
    const { exitCode, stdout, stderr } = await box.atoll(['status'])
    await box.signal('relay', 'SIGCONT')
    // Whoever heard nothing from it for so long has to connect again before anything new takes effect.
    const recovered = async () => (await box.atoll(['status'])).exitCode
    await expect.poll(recovered, { timeout: 60_000, interval: 1_000 }).toBe(0)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^relay +down .*does not answer in time$/m)
    expect(stdout).toMatch(/^relay → appview +unknown/m)
    expect(stderr).toContain('Down: relay.')
  })
})

describe('atoll login', () => {
  it('signs in a machine without a browser, and leaves the token where npm finds it', async () => {
    const npmrc = join(box.folder, 'server.npmrc')
    await writeFile(npmrc, `fund=false\n//${new URL(box.gateway).host}/:_authToken=old\n`)
    const typing: Promise<void>[] = []
    const onStderr = (stderr: string) => {
      const [page] = /http\S+\/device$/m.exec(stderr) ?? []
      const [code] = /[A-Z]{4}-[A-Z]{4}$/m.exec(stderr) ?? []
      if (page === undefined || code === undefined || typing.length > 0) return
      typing.push(createDemoPerson('alice').confirmByCode(page, code))
    }
    const env = { ...box.env, npm_config_userconfig: npmrc }
    const shown = await box.atoll(['login', '--registry', box.gateway], { env, onStderr })
    await Promise.all(typing)
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Signed in as alice.people.test.') })
    expect(await readFile(npmrc, 'utf8')).toMatch(/^fund=false\n\/\/localhost:\d+\/:_authToken=npm_\w+\n$/)
    expect((await stat(npmrc)).mode & 0o777).toBe(0o600)
    const mine = await box.atoll(['token', 'list', '--json'], { env })
    expect(JSON.parse(mine.stdout)).toContainEqual(expect.objectContaining({ name: 'atoll login' }))
  })

  it('says when the URL is none of a registry', async () => {
    const elsewhere = await box.atoll(['login', '--registry', `${box.gateway}/nothing`])
    expect(elsewhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is it the URL that package') })
    expect(await box.atoll(['login', '--registry', 'here'])).toMatchObject({ exitCode: 2 })
  })
})

describe('atoll org', () => {
  it('creates an organisation with its first managers, once, and lists it', async () => {
    const created = await dan.reads<{ did: string; handle: string }>('org', 'create', 'second.test', '--manager', 'dan')
    expect(created).toMatchObject({ handle: 'second.test', did: expect.stringMatching(/^did:plc:/) })
    expect(await dan.reads('org', 'create', 'second.test', '--manager', 'dan')).toEqual(created)
    const [read, shown] = await Promise.all([dan.reads('org', 'list'), dan.runs('org', 'list')])
    expect(read).toContainEqual(created)
    expect(shown.stdout).toMatch(/^second\.test +did:plc:/m)
  })

  // They change nothing, so they need not wait for each other.
  it.concurrent.each([
    [['org', 'create', 'third.test', '--manager', 'nobody'], 1, 'Nobody called nobody has signed in yet'],
    [['org', 'create', 'no-domain', '--manager', 'dan'], 1, 'no-domain'],
    [['team', 'list', '--org', 'fourth.test'], 1, 'There is no organisation fourth.test. There is:'],
    [['team', 'list'], 1, 'Say which with --org'],
  ])('atoll %j ends with %d', async (args, exitCode, says) => {
    const result = await dan.runs(...args)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(says) })
    expect(result.stderr).not.toMatch(/^\s+at /m)
  })
})

describe('atoll break-glass', () => {
  const about = ['alice', ...org]

  it('lets somebody manage for a while, says so wherever one looks, and ends', async () => {
    const granted = await dan.runs('break-glass', 'grant', ...about, '--for', '30m', '--reason', 'Dan is ill')
    expect(granted).toMatchObject({ exitCode: 0, stderr: '' })
    expect(granted.stdout).toMatch(/^alice\.people\.test manages acme\.test by break-glass until 20\S+Z\. /)
    const asAlice = new Administrator(box, alice)
    expect(await asAlice.runs('team', 'create', 'rescuers', ...org)).toMatchObject(done)
    const status = await box.atoll(['status'])
    expect(status).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Warning: alice\.people\.test manages/),
    })
    expect(box.output()).toContain('somebody manages an organisation by break-glass')
    expect((await dan.runs('break-glass', 'end', ...about)).stdout).toContain('manages it no more')
    const listed = await dan.reads<object[]>('break-glass', 'list')
    expect(listed).toMatchObject([{ handle: 'alice.people.test', active: false, reason: 'Dan is ill' }])
  })
})

describe('teams and permissions', () => {
  it('give nobody a right that no manager approved', async () => {
    const asBob = new Administrator(box, bob)
    const before = await dan.reads('permission', 'list', ...org)
    const refused = await asBob.runs('permission', 'add', 'everyone', 'publish', '*', ...org)
    expect(refused).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('"manage" is missing') })
    const team = await asBob.runs('team', 'add', 'maintainers', 'bob', ...org)
    expect(team).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"manage" is missing') })
    expect(await dan.reads('permission', 'list', ...org)).toEqual(before)
    expect(await mayPublish(bob, '@acme.test/tools-a')).toBe(false)
  })

  it('are changed in somebody’s name only', async () => {
    const args = ['permission', 'add', 'everyone', 'publish', '*', ...org]
    const env = { ...box.env, HOME: box.folder }
    expect(await box.atoll(args, { env })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('npm login') })
    const invented = await box.atoll([...args, '--token', 'npm_000000000000000000000000000000000000'], { env })
    expect(invented).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('npm login') })
  })

  it('let a team publish what a rule says', async () => {
    expect(await dan.runs('team', 'create', 'toolsmiths', '--description', 'They make tools', ...org)).toMatchObject(
      done,
    )
    expect(await dan.runs('team', 'add', 'toolsmiths', 'bob', 'alice', ...org)).toMatchObject(done)
    const team = (await dan.reads<Team[]>('team', 'list', ...org)).find(({ name }) => name === 'toolsmiths')
    expect(team).toMatchObject({ description: 'They make tools' })
    expect(team?.members.map(({ handle }) => handle).sort()).toEqual(['alice.people.test', 'bob.people.test'])
    const rule = ['team:toolsmiths', 'publish', '@acme.test/tools-*']
    expect(await dan.runs('permission', 'add', ...rule, ...org)).toMatchObject(done)
    expect(await mayPublish(bob, '@acme.test/tools-a')).toBe(true)
    expect(await mayPublish(bob, '@acme.test/other')).toBe(false)
  })

  it('deny what something else allows, until that is taken back', async () => {
    expect(await dan.runs('permission', 'deny', 'bob', 'publish', '@acme.test/tools-secret', ...org)).toMatchObject(
      done,
    )
    expect(await mayPublish(bob, '@acme.test/tools-secret')).toBe(false)
    expect(await mayPublish(alice, '@acme.test/tools-secret')).toBe(true)
    const denial = (await dan.reads<Permission[]>('permission', 'list', ...org)).find(({ effect }) => effect === 'deny')
    expect(denial).toMatchObject({ action: 'publish', packages: '@acme.test/tools-secret' })
    expect(await dan.runs('permission', 'remove', denial?.id ?? '', ...org)).toMatchObject(done)
    expect(await mayPublish(bob, '@acme.test/tools-secret')).toBe(true)
  })

  it('end with membership', async () => {
    const removed = await dan.reads('team', 'remove', 'toolsmiths', 'bob', ...org)
    expect(removed).toMatchObject({ uri: expect.stringMatching(/^at:/), cid: expect.stringMatching(/^bafy/) })
    expect(await mayPublish(bob, '@acme.test/tools-a')).toBe(false)
    expect(await mayPublish(alice, '@acme.test/tools-a')).toBe(true)
  })

  it.concurrent.each([
    [['team', 'create', 'toolsmiths'], 1, 'has a team toolsmiths already'],
    [['team', 'add', 'smiths', 'bob'], 1, 'has no team smiths. It has:'],
    [['team', 'add', 'toolsmiths', 'nobody'], 1, 'Nobody called nobody'],
    [['team', 'create', 'Not A Name'], 1, 'Not A Name'],
    [['permission', 'add', 'team:ghosts', 'publish', '@acme.test/*'], 1, 'has no team ghosts. It has:'],
    [['permission', 'add', 'nobody', 'publish', '@acme.test/*'], 1, 'Nobody called nobody'],
    [['permission', 'add', 'everyone', 'publish', '@acme.test/[a-z]'], 1, '@acme.test/[a-z]'],
    [['permission', 'remove', 'not-a-rule'], 1, 'has no rule not-a-rule'],
  ])('atoll %j ends with %d', async (args, exitCode, says) => {
    const result = await dan.runs(...args, ...org)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(says) })
    expect(result.stderr).not.toMatch(/^\s+at /m)
  })
})

describe('atoll token', () => {
  const whoami = (token: string) => fetch(`${box.gateway}/-/whoami`, { headers: { authorization: `Bearer ${token}` } })

  it('makes a token of an organisation, shows it once, lists it without it, and ends it', async () => {
    const asked = ['--name', 'ci', '--packages', '@acme.test/*', '--cidr', '127.0.0.0/8', '::1/128', '--days', '90']
    const created = await dan.runs('token', 'create', ...asked, ...org)
    expect(created).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^npm_\w{40}\n$/) })
    const token = created.stdout.trim()
    expect(await (await whoami(token)).json()).toEqual({ username: 'acme.test (token ci)' })
    const [listed, shown] = await Promise.all([
      dan.reads<{ key: string; name: string }[]>('token', 'list', ...org),
      dan.runs('token', 'list', ...org),
    ])
    expect(listed).toMatchObject([{ name: 'ci', access: 'read-only', packages: ['@acme.test/*'] }])
    expect(JSON.stringify(listed)).not.toContain(token)
    expect(shown.stdout).toMatch(/ci +read-only +@acme\.test\/\* +127\.0\.0\.0\/8/)
    expect(await dan.runs('token', 'revoke', listed[0]?.key ?? '', ...org)).toMatchObject({ exitCode: 0 })
    expect((await whoami(token)).status).toBe(401)
  })

  it('makes one of the person’s own', async () => {
    const made = await dan.reads<{ token: string; view: { key: string } }>('token', 'create', '--name', 'mine')
    expect(await (await whoami(made.token)).json()).toEqual({ username: 'dan.people.test' })
    const mine = await dan.reads<{ name: string }[]>('token', 'list')
    expect(mine.map(({ name }) => name)).toEqual(['npm login', 'mine'])
  })

  it.concurrent.each([
    [['create', '--name', 'x', '--access', 'read-write', ...org], 1, 'only read'],
    [['create', '--name', 'x', '--days', '366'], 1, '365 days at most'],
    [['create', '--name', 'x', '--cidr', 'home'], 1, '"home" is not a network'],
    [['revoke', 'no-such-key'], 1, 'not found'],
  ])('atoll token %j ends with %d', async (args, exitCode, says) => {
    const result = await dan.runs('token', ...args)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(says) })
  })
})

describe('atoll person', () => {
  it('disables somebody at once, shows it, and lets them back in', async () => {
    const disabled = await dan.reads('person', 'disable', 'alice', '--reason', 'left')
    expect(disabled).toMatchObject({ handle: 'alice.people.test', disabled: true, settled: true })
    const [listed, shown] = await Promise.all([dan.runs('person', 'list'), dan.reads('person', 'show', 'alice')])
    expect(listed.stdout).toMatch(/^alice\.people\.test .* left$/m)
    expect(shown).toMatchObject({ disabledReason: 'left', manages: [] })
    expect((await dan.runs('person', 'enable', 'alice', '--reason', 'back')).stdout).toContain('is enabled')
  })

  it('does not leave an organisation without a manager unasked', async () => {
    const refused = await dan.runs('person', 'disable', 'dan', '--reason', 'left')
    expect(refused).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('is the last who manages'),
    })
    expect(await dan.reads('person', 'show', 'dan')).not.toHaveProperty('disabledAt')
  })
})

describeVerifying(() => ({ box }))

describeImporting(() => ({ box, dan, reader: bob }))
describeWatching(() => ({ box }))

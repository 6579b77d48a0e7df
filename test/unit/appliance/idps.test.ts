import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findGroups, showGroup } from '#appliance/admin/index.ts'
import { readIdpSecrets, readSettings, SettingsError } from '#appliance/config/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-idps-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const rule = 'mfa: { claim: amr, accept: [mfa] }'
const acme = `issuer: https://sso.acme.test, clientId: atoll, ${rule}`

async function idpsOf(...entries: string[]) {
  await writeFile(join(cwd, 'atoll.yaml'), `idps: [${entries.map((entry) => `{ ${entry} }`).join(', ')}]`)
  return (await readSettings({ cwd, env: {} })).idps
}

async function secretOf(entry: string, env: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
  return (await readIdpSecrets(await idpsOf(`${acme}, ${entry}`), { folder: cwd, env }))['https://sso.acme.test']
}

describe('an identity provider’s client secret', () => {
  it('comes from a file that nobody else can read', async () => {
    const file = join(cwd, 'secret')
    await writeFile(file, 'from-the-file\n', { mode: 0o600 })
    expect(await secretOf('clientSecretFile: secret')).toBe('from-the-file')
    for (const mode of [0o644, 0o640, 0o602]) {
      await chmod(file, mode)
      const refused = await secretOf('clientSecretFile: secret').catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(SettingsError)
      expect(String(refused)).toContain(`chmod 600 ${file}`)
      expect(String(refused)).not.toContain('from-the-file')
    }
  })

  it.each([
    ['is missing', async () => {}, 'cannot be read (ENOENT)'],
    ['is empty', (file: string) => writeFile(file, ' \n', { mode: 0o600 }), 'is empty'],
    ['is something else', (file: string) => writeFile(file, 'x'.repeat(5_000), { mode: 0o600 }), 'too long'],
  ])('is not made up when its file %s', async (_case, prepare, words) => {
    await prepare(join(cwd, 'secret'))
    await expect(secretOf('clientSecretFile: secret')).rejects.toThrow(words)
  })

  it('comes from the environment, the settings, or nowhere for a public client', async () => {
    expect(await secretOf('clientSecretEnv: ACME_SECRET', { ACME_SECRET: 'from-env' })).toBe('from-env')
    await expect(secretOf('clientSecretEnv: ACME_SECRET')).rejects.toThrow('ACME_SECRET')
    expect(await secretOf('clientSecret: inline')).toBe('inline')
    expect(await secretOf('name: Acme')).toBeUndefined()
  })
})

describe('the settings of identity providers', () => {
  it.each([
    ['a secret twice', [`${acme}, clientSecret: x, clientSecretEnv: Y`], 'names its secret twice'],
    ['an issuer twice', [`${acme}, name: A`, `${acme}, name: B`], 'names an issuer twice'],
    ['a name twice', [`${acme}, name: A`, `${acme.replace('sso', 'id')}, name: A`], 'the same'],
    ['no MFA rule', ['issuer: https://x.test, clientId: atoll'], 'idps.0.mfa'],
    [
      'an MFA rule that nothing satisfies',
      ['issuer: https://x.test, clientId: a, mfa: { claim: amr, accept: [] }'],
      'accept',
    ],
    ['a slip in the MFA rule', [acme.replace('claim: amr,', 'claim: amr, requst: { acr_values: x },')], 'requst'],
    ['groups without a claim', [`${acme}, groups: { scope: groups }`], 'idps.0.groups.claim'],
    ['a fallback that is no address', [`${acme}, groups: { claim: g, fallback: file:///etc/passwd }`], 'fallback'],
  ])('refuse %s', async (_case, entries, words) => {
    await expect(idpsOf(...entries)).rejects.toThrow(words)
  })
})

describe('a group on the command line', () => {
  const idp = { clientId: 'atoll', mfa: { request: {}, claim: 'amr', accept: ['mfa'] }, maxAgeSeconds: 0 }
  const groups = { claim: 'groups' }
  const acmeIdp = { ...idp, issuer: 'https://sso.acme.test', name: 'Acme', groups }
  const otherIdp = { ...idp, issuer: 'https://other.test', groups }
  const google = { ...idp, issuer: 'https://google.test', name: 'Google' }
  const box = (...idps: NetworkConfig['idps']) => ({ network: { idps } as NetworkConfig })

  it('names its provider by name, host or issuer', () => {
    const there = box(acmeIdp, otherIdp, google)
    expect(findGroups(there, ['Acme#/dev#1', 'other.test#b', 'https://other.test#c'])).toEqual([
      { issuer: acmeIdp.issuer, id: '/dev#1' },
      { issuer: otherIdp.issuer, id: 'b' },
      { issuer: otherIdp.issuer, id: 'c' },
    ])
    expect(showGroup(there, { issuer: acmeIdp.issuer, id: 'a' })).toBe('Acme#a')
    expect(showGroup(there, { issuer: 'https://gone.test', id: 'a' })).toBe('https://gone.test#a')
  })

  it('needs no provider where there is one with groups', () => {
    expect(findGroups(box(acmeIdp, google), ['dev'])).toEqual([{ issuer: acmeIdp.issuer, id: 'dev' }])
  })

  it.each([
    ['the id alone, of two', [acmeIdp, otherIdp], 'dev', 'one of "Acme", "other.test"'],
    ['a provider without groups', [acmeIdp, google], 'Google#dev', 'one of "Acme"'],
    ['no id', [acmeIdp], 'Acme#', 'write <identity provider>#<id>'],
    ['any, where no groups are read', [google], 'dev', 'docs/connect-your-idp.md'],
  ])('is refused with %s', (_case, idps, name, words) => {
    expect(() => findGroups(box(...idps), [name])).toThrow(words)
  })
})

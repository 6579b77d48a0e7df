import { describe, expect, it } from 'vitest'
import { type Facts, type Finding, judge } from '#appliance/doctor/index.ts'

const GiB = 2 ** 30

/** A box with nothing wrong. */
const healthy: Facts = {
  nodeVersion: '24.21.0',
  now: 0,
  settings: [],
  redirectUri: 'https://people.acme.test/oidc/callback',
  folder: {
    data: { path: '/box', mode: 0o711 },
    secrets: [{ path: '/box/secrets/org.json', mode: 0o600 }],
    recoveryKeys: [],
  },
  disks: [{ of: 'the box', freeBytes: 50 * GiB, totalBytes: 100 * GiB }],
  foreignPorts: [],
  status: {
    components: [{ component: 'gateway', state: 'up', url: '', ms: 1, problem: undefined, disk: undefined }],
    stages: [{ stage: 'relay → appview', state: 'ok', events: 0, seconds: 0, problem: undefined }],
    upstreams: [],
    publicRelays: [],
    figures: [
      { component: 'appview', figure: 'desynchronised', value: 0 },
      { component: 'relay', figure: 'subscribers', value: 1 },
      { component: 'gateway', figure: 'tokens.expiring', value: 0 },
    ],
  },
  providers: [{ issuer: 'https://idp.acme.test', keys: 2, skewSeconds: 0.3 }],
  postgres: { major: 18, connections: 20, maxConnections: 100, fsync: true, skewSeconds: 0 },
  publicUrls: [{ name: 'gateway', url: 'https://npm.acme.test' }],
  identities: [{ name: 'acme.test', did: 'did:plc:acme' }],
  heads: [{ name: 'acme.test', did: 'did:plc:acme', pds: '3k', relay: '3k' }],
  orgs: [{ handle: 'acme.test', managed: 'by-people' }],
  breakGlass: [],
  promotions: [
    { name: '@acme.test/ui', state: 'seen', askedAt: -30 * 86_400_000 },
    { name: '@acme.test/new', state: 'requested', askedAt: -6 * 86_400_000 },
  ],
}

const found = (changes: Partial<Facts>): Finding[] =>
  judge({ ...healthy, ...changes }).filter(({ level }) => level !== 'ok')
const status = (changes: Partial<Facts['status']>): Partial<Facts> => ({ status: { ...healthy.status, ...changes } })

describe('the doctor', () => {
  it('finds nothing in a box with nothing wrong, and says of everything that it is well', () => {
    expect(found({})).toEqual([])
    expect(new Set(judge(healthy).map(({ check }) => check)).size).toBe(16)
  })

  const planted: [string, Partial<Facts>, Pick<Finding, 'level' | 'check'> & { next: RegExp | string }][] = [
    ['an old Node', { nodeVersion: '22.1.0' }, { level: 'fail', check: 'node', next: /install Node 24/ }],
    [
      'a setting that is doubtful',
      { settings: [{ level: 'warn', setting: 'publicUrls.gateway', problem: 'is reached without TLS' }] },
      { level: 'warn', check: 'settings', next: /atoll config show/ },
    ],
    [
      'a secret that others may read',
      { folder: { data: { path: '/b', mode: 0o711 }, secrets: [{ path: '/b/x', mode: 0o640 }], recoveryKeys: [] } },
      { level: 'fail', check: 'folder', next: 'chmod 600 /b/x' },
    ],
    [
      'a folder that others may write to',
      { folder: { data: { path: '/b', mode: 0o733 }, secrets: [], recoveryKeys: [] } },
      { level: 'fail', check: 'folder', next: 'chmod go-w /b' },
    ],
    [
      'a recovery key that lies in the box',
      { folder: { data: { path: '/b', mode: 0o711 }, secrets: [], recoveryKeys: ['/b/recovery/org.json'] } },
      { level: 'warn', check: 'folder', next: /offline/ },
    ],
    [
      'a disk that is nearly full',
      { disks: [{ of: 'the box', freeBytes: 0.5 * GiB, totalBytes: 100 * GiB }] },
      { level: 'fail', check: 'disk', next: /make room now/ },
    ],
    [
      'an identity provider with another time',
      { providers: [{ issuer: 'https://idp.acme.test', keys: 1, skewSeconds: -90 }] },
      { level: 'fail', check: 'clock', next: /NTP/ },
    ],
    [
      'an identity provider that does not answer',
      { providers: [{ issuer: 'https://idp.acme.test', problem: 'does not answer' }] },
      { level: 'fail', check: 'sign-in', next: /check its address/ },
    ],
    [
      'an identity provider without keys',
      { providers: [{ issuer: 'https://idp.acme.test', keys: 0 }] },
      { level: 'fail', check: 'sign-in', next: /jwks_uri/ },
    ],
    [
      'a Postgres that may lose what it acknowledged',
      { postgres: { major: 18, connections: 1, maxConnections: 100, fsync: false, skewSeconds: 0 } },
      { level: 'fail', check: 'postgres', next: 'set fsync = on' },
    ],
    [
      'a Postgres with hardly a connection left',
      { postgres: { major: 18, connections: 81, maxConnections: 100, fsync: true, skewSeconds: 0 } },
      { level: 'warn', check: 'postgres', next: 'raise max_connections' },
    ],
    [
      'a component that is down',
      status({
        components: [
          { component: 'org', state: 'down', url: '', ms: undefined, problem: 'does not answer', disk: undefined },
        ],
      }),
      { level: 'fail', check: 'components', next: /"atoll up"/ },
    ],
    [
      'a port that is taken',
      { foreignPorts: [{ name: 'relay', port: 4883 }] },
      { level: 'fail', check: 'components', next: /ATOLL_PORT_RELAY/ },
    ],
    [
      'a stage that is stuck',
      status({ stages: [{ stage: 'relay → appview', state: 'stuck', events: 9, seconds: 99, problem: undefined }] }),
      { level: 'fail', check: 'stages', next: /"appview" in data\/logs/ },
    ],
    [
      'events that did not verify',
      status({ figures: [{ component: 'relay', figure: 'dropped.bad-signature', value: 2 }] }),
      { level: 'warn', check: 'firehose', next: /event dropped/ },
    ],
    [
      'a repository whose newest commit the relay lacks',
      { heads: [{ name: 'acme.test', did: 'did:plc:acme', pds: '3l', relay: '3k' }] },
      { level: 'warn', check: 'index', next: /ask again/ },
    ],
    [
      'records that changed',
      status({ figures: [{ component: 'appview', figure: 'versions.tampered', value: 1 }] }),
      { level: 'fail', check: 'index', next: /stay blocked/ },
    ],
    [
      'a public relay that is away',
      status({ publicRelays: [{ relay: 'https://relay.test', state: 'away', position: 9, seconds: 99 }] }),
      { level: 'warn', check: 'public-network', next: /tries again by itself/ },
    ],
    [
      'a public repository that cannot be read',
      status({
        publicRelays: [{ relay: 'https://relay.test', state: 'followed', position: 9, seconds: 1 }],
        figures: [{ component: 'appview', figure: 'public.waiting', value: 2 }],
      }),
      { level: 'warn', check: 'public-network', next: /which PDS/ },
    ],
    [
      'an operation log that does not verify',
      { identities: [{ name: 'acme.test', did: 'did:plc:acme', problem: 'does not verify' }] },
      { level: 'fail', check: 'identities', next: /backup/ },
    ],
    [
      'a public URL that leads elsewhere',
      { publicUrls: [{ name: 'gateway', url: 'https://npm.acme.test', problem: 'it answers 404' }] },
      { level: 'fail', check: 'public-urls', next: /publicUrls.gateway/ },
    ],
    [
      'an organisation without anybody who manages it',
      { orgs: [{ handle: 'acme.test', managed: 'by-nobody' }] },
      { level: 'fail', check: 'managers', next: /break-glass grant <handle> --org acme.test/ },
    ],
    [
      'a promotion that something stops',
      { promotions: [{ name: '@acme.test/ui', state: 'approved', askedAt: 0, problem: 'the edge is away' }] },
      { level: 'warn', check: 'promotions', next: 'see "atoll promote status @acme.test/ui"' },
    ],
    [
      'a promotion that nobody decides',
      { promotions: [{ name: '@acme.test/ui', state: 'requested', askedAt: -8 * 86_400_000 }] },
      { level: 'warn', check: 'promotions', next: /atoll promote approve @acme.test\/ui/ },
    ],
    [
      'tokens that are about to end',
      status({ figures: [{ component: 'gateway', figure: 'tokens.expiring', value: 3 }] }),
      { level: 'warn', check: 'tokens', next: /atoll token list/ },
    ],
  ]

  it.each(planted)('finds %s, and says what to do', (_what, changes, { next, ...finding }) => {
    expect(found(changes)).toEqual([{ ...finding, says: expect.any(String), next: expect.stringMatching(next) }])
  })

  it('says nothing of what it could not look at', () => {
    const blind = { folder: undefined, postgres: undefined, identities: undefined, heads: undefined, orgs: undefined }
    const checks = judge({ ...healthy, ...blind, ...status({ figures: [] }) }).map(({ check }) => check)
    const blinded = ['folder', 'postgres', 'identities', 'index', 'managers', 'tokens']
    expect(checks.filter((check) => blinded.includes(check))).toEqual([])
  })
})

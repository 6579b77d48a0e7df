import { describe, expect, it } from 'vitest'
import { AtollError } from '#common/errors/index.ts'
import { createLogger, redactUrl } from '#common/log/index.ts'

/** What a logger wrote, line by line. */
function recorded() {
  const text: string[] = []
  const log = createLogger('gateway', 'debug', { write: (line: string) => void text.push(line) })
  return {
    log,
    lines: () => text.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => text.join(''),
  }
}

describe('the log', () => {
  it('says in JSON who, when and what', () => {
    const { log, lines } = recorded()
    log.info({ package: 'left-pad' }, 'served')
    expect(lines()).toMatchObject([{ component: 'gateway', level: 30, msg: 'served', package: 'left-pad' }])
    expect(Date.parse(String(lines()[0]?.['time']))).not.toBeNaN()
  })

  it.each([
    { headers: { authorization: 'Bearer hush' } },
    { headers: { cookie: 'session=hush', 'npm-otp': 'hush', 'atoll-id-token': 'hush' } },
    { res: { headers: { 'set-cookie': 'hush' } } },
    { token: 'hush' },
    { idToken: 'hush', otp: 'hush', oneTimeCode: 'hush' },
    { config: { clientSecret: 'hush', privateKey: 'hush' } },
    { req: { id: '1', method: 'GET', url: '/-/v1/done/hush', headers: { authorization: 'hush' } } },
    { req: { id: '1', method: 'GET', url: '/callback?code=hush&state=hush' } },
  ])('does not say what is in %j', (fields) => {
    const { log, text } = recorded()
    log.info(fields, 'x')
    expect(text()).not.toContain('hush')
  })

  it('says why something went wrong, down to the first cause, and by which code', () => {
    const { log, text, lines } = recorded()
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    log.error({ err: new AtollError('DirectoryUnavailable', {}, cause), code: 'DirectoryUnavailable' }, 'failed')
    expect(text()).toContain('ECONNREFUSED')
    expect(lines()).toMatchObject([{ code: 'DirectoryUnavailable', err: { code: 'DirectoryUnavailable' } }])
  })
})

it.each([
  ['/login/abc_-123', '/login/…'],
  ['/approve/abc?x=1', '/approve/…?x=1'],
  ['/-/v1/done/abc', '/-/v1/done/…'],
  ['/-/user/token/npm_secret', '/-/user/token/…'],
  ['/callback?state=a&code=b&iss=c', '/callback?state=…&code=…&iss=c'],
  ['/@acme.test%2fhello', '/@acme.test%2fhello'],
])('writes %s as %s', (url, written) => expect(redactUrl(url)).toBe(written))

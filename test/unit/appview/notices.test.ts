import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { addressNotices } from '#appview/notices/address-notices.ts'
import { type NoticesConfig, noticesConfigSchema } from '#appview/notices/config.ts'
import { signWebhook } from '#appview/notices/deliver/sign-webhook.ts'
import { type Notice, noticeId } from '#appview/notices/notice.ts'
import { delayBefore } from '#appview/notices/retry.ts'
import { writeMail } from '#appview/notices/write-mail.ts'
import { verifiedAddress } from '#pds/people/addresses/note-address.ts'

const at = new Date('2026-11-29T12:00:00Z')
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const registry = 'https://npm.acme.test'
const published = (version: string, by = 'did:plc:alice'): Notice => ({
  ...{ id: `msg_${version}`, type: 'version.published', at },
  data: { name: '@acme.test/ui', version, by },
})
const blocked = (reason = 'malware'): Notice => ({
  ...{ id: 'msg_blocked', type: 'version.blocked', at },
  data: { name: 'left-pad', version: '1.3.0', kind: 'block', reason },
})
const mail = {
  ...{ from: 'Atoll <atoll@acme.test>', smtp: { host: 'localhost', port: 25, tls: 'none' } },
  ...{ security: ['sec@acme.test', 'soc@acme.test'], people: true },
}
const configured = (changes: object = {}): NoticesConfig => noticesConfigSchema.parse({ mail, ...changes })

describe('a webhook', () => {
  it('is signed over id, time and body, as the specification says', () => {
    const headers = signWebhook({ id: 'msg_1', timestamp: 1_764_417_600, body: '{"a":1}' }, secret)
    const expected = createHmac('sha256', Buffer.alloc(32, 7)).update('msg_1.1764417600.{"a":1}').digest('base64')
    expect(headers).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1764417600',
      'webhook-signature': `v1,${expected}`,
    })
  })

  it('gets what it is for, one message each, and every test', () => {
    const webhooks = [
      { name: 'all', url: 'https://all.test', secret },
      { name: 'blocks', url: 'https://blocks.test', secret, types: ['version.blocked'] },
    ]
    const test: Notice = { id: 'msg_test', type: 'test', data: {}, at }
    const config = noticesConfigSchema.parse({ webhooks })
    const messages = addressNotices([published('1.0.0'), blocked(), test], config, registry)
    expect(messages.map(({ target, id }) => `${target} ${id}`)).toEqual([
      ...['all msg_1.0.0', 'all msg_blocked', 'all msg_test', 'blocks msg_blocked', 'blocks msg_test'],
    ])
    expect(JSON.parse(messages[1]?.body ?? '')).toEqual({
      ...{ type: 'version.blocked', timestamp: '2026-11-29T12:00:00.000Z', data: blocked().data },
    })
  })

  it.each(['whsec_', 'whsec_short', 'a-password', `whsec_${'!'.repeat(40)}`])('has no secret like %s', (bad) => {
    const webhooks = [{ name: 'all', url: 'https://all.test', secret: bad }]
    expect(noticesConfigSchema.safeParse({ webhooks }).success).toBe(false)
  })
})

describe('mail', () => {
  it('about a publish goes to who published, one for all of a moment', () => {
    const notices = [published('1.0.0'), published('1.1.0'), published('2.0.0', 'did:plc:bob')]
    const messages = addressNotices(notices, configured(), registry)
    expect(messages.map(({ target }) => target)).toEqual(['did:plc:alice', 'did:plc:bob'])
    const { subject, text } = JSON.parse(messages[0]?.body ?? '')
    expect(subject).toBe('2 versions were published in your name')
    expect(text).toContain('@acme.test/ui@1.1.0 was published in your name')
    expect(text).toContain(registry)
    // Told once more, it is the same message.
    expect(addressNotices(notices, configured(), registry)).toEqual(messages)
  })

  it('goes to nobody’s person where the settings do not want that', () => {
    expect(addressNotices([published('1.0.0')], configured({ mail: { ...mail, people: false } }), registry)).toEqual([])
    expect(addressNotices([published('1.0.0'), blocked()], noticesConfigSchema.parse({}), registry)).toEqual([])
  })

  it('about what waits goes to those it is for, and to nobody where the settings do not want that', () => {
    const data = { name: '@acme.test/ui', version: '2.0.0', stagedBy: 'alice', stage: 'a-stage' }
    const readers = ['did:plc:bob', 'did:plc:carol']
    const staged: Notice = { id: 'msg_staged', type: 'version.staged', data, readers, at }
    const messages = addressNotices([staged], configured(), registry)
    expect(messages.map(({ target }) => target)).toEqual(readers)
    expect(JSON.parse(messages[0]?.body ?? '').subject).toBe(
      '@acme.test/ui@2.0.0 waits for your approval, staged by alice: a-stage',
    )
    expect(addressNotices([{ ...staged, readers: [] }], configured(), registry)).toEqual([])
    expect(addressNotices([staged], configured({ mail: { ...mail, people: false } }), registry)).toEqual([])
  })

  it('about all else goes to who looks after security', () => {
    const messages = addressNotices([blocked()], configured(), registry)
    expect(messages.map(({ target }) => target)).toEqual(['sec@acme.test', 'soc@acme.test'])
  })

  it('has one line for the subject, whatever a reason holds, and lists no thousand versions', () => {
    const { subject } = writeMail([blocked('bad\r\nBcc: everybody@acme.test')], registry)
    expect(subject).toBe('left-pad@1.3.0 can no longer be installed: bad Bcc: everybody@acme.test')
    const [first, ...rest] = Array.from({ length: 1_000 }, (_, index) => published(`1.0.${index}`))
    const { text } = writeMail([first as Notice, ...rest], registry)
    expect(text.split('\n').length).toBeLessThan(60)
    expect(text).toContain('and 950 more')
  })
})

describe('a notice', () => {
  it('is told apart by what it is about', () => {
    const id = noticeId({ type: 'version.blocked', key: ['a', 1] })
    expect(id).toMatch(/^msg_[\w-]{27}$/)
    expect(noticeId({ type: 'version.blocked', key: ['a', 1] })).toBe(id)
    expect(noticeId({ type: 'version.blocked', key: ['a', 2] })).not.toBe(id)
    expect(noticeId({ type: 'version.unblocked', key: ['a', 1] })).not.toBe(id)
  })

  it('is tried ten times, later and later, and then given up', () => {
    const delays = Array.from({ length: 10 }, (_, index) => delayBefore(index + 1, 0))
    expect(delays.at(-1)).toBeUndefined()
    const waits = delays.slice(0, -1) as number[]
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    expect(waits[0]).toBe(5_000)
    expect(delayBefore(1, 1)).toBe(6_000)
  })
})

describe('an address', () => {
  it('counts when the provider says it is theirs, and is one', () => {
    expect(verifiedAddress({ email: 'alice@acme.test', email_verified: true })).toBe('alice@acme.test')
    for (const claims of [
      { email: 'alice@acme.test' },
      { email: 'alice@acme.test', email_verified: false },
      { email: 'alice@acme.test', email_verified: 'true' },
      { email: 'alice@acme.test, bob@acme.test', email_verified: true },
      { email: 'Alice <alice@acme.test>', email_verified: true },
      { email: 'alice@acme.test\r\nBcc: x@y', email_verified: true },
      { email_verified: true },
    ]) {
      expect(verifiedAddress(claims)).toBeUndefined()
    }
  })
})

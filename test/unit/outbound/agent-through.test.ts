import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type AgentOptions,
  AgentThrough,
  createOutbound,
  type Outbound,
  outboundSchema,
} from '#common/outbound/index.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

const opened = new AsyncDisposableStack()
let origin: string
let outbound: Outbound
let answer: Answer
let asked: string[]

beforeAll(async () => {
  const host = opened.use(
    await tinyServer(async (incoming, response) => {
      const body = await text(incoming)
      asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization}`)
      answer(incoming, response, body)
    }),
  )
  origin = host.url
  outbound = opened.use(createOutbound({ allow: [origin], config: outboundSchema.parse({}) }))
})
afterAll(() => opened[Symbol.asyncDispose]())

let agent: AgentThrough
afterEach(() => agent.destroy())

/** What a library does with node:http. */
async function sends(
  { path = '/a/b?c=d', to = origin, method = 'PUT', body = 'hello' }: Partial<Record<string, string>>,
  take: Answer,
  options: Partial<AgentOptions> = {},
): Promise<{ status: number | undefined; body: string; headers: IncomingMessage['headers'] }> {
  asked = []
  answer = take
  const limits = { maxRequestBytes: 1_000, maxAnswerBytes: 1_000, timeoutMs: 5_000 }
  agent = new AgentThrough(outbound, { origin, ...limits, headers: { authorization: 'Bearer ours' }, ...options })
  const sending = request(`${to}${path}`, { method, agent, headers: { authorization: 'Bearer theirs' } })
  sending.end(body)
  const [response] = (await once(sending, 'response')) as [IncomingMessage]
  return { status: response.statusCode, body: await text(response), headers: response.headers }
}

describe('a library that is given an agent', () => {
  it('sends through the outbound, and hears what was answered', async () => {
    const said = await sends({}, (_request, response, body) => {
      response.writeHead(403, { 'content-type': 'text/plain', 'www-authenticate': 'OTP', 'set-cookie': 'a=b' })
      response.end(`you said ${body}`)
    })
    expect(said).toMatchObject({ status: 403, body: 'you said hello' })
    expect(said.headers).toMatchObject({ 'content-type': 'text/plain', 'www-authenticate': 'OTP' })
    expect(said.headers).not.toHaveProperty('set-cookie')
  })

  it('has the credentials put on its requests, and none of its own', async () => {
    await sends({}, (_request, response) => void response.end())
    expect(asked).toEqual(['PUT /a/b?c=d Bearer ours'])
  })

  it('reaches no other host, by whatever way it asks', async () => {
    const other = origin.replace('127.0.0.1', 'localhost')
    const ways = [{ to: other }, { path: '//localhost/x', to: other }, { method: 'DELETE', body: '' }]
    for (const way of ways)
      expect(await sends(way, (_request, response) => void response.end())).toMatchObject({ status: 503 })
    expect(asked).toEqual([])
    await sends({ path: '//localhost/x' }, (_request, response) => void response.end())
    expect(asked).toEqual(['PUT //localhost/x Bearer ours'])
  })

  it('is bounded in what it sends and gets', async () => {
    const tooMuch = await sends({ body: 'x'.repeat(1_001) }, (_request, response) => void response.end())
    expect([tooMuch.status, asked]).toEqual([503, []])
    expect(await sends({}, (_request, response) => void response.end('x'.repeat(1_001)))).toMatchObject({
      status: 503,
      body: '',
    })
    expect(agent.failure).toMatchObject({ code: 'UpstreamUnavailable' })
    const slow = await sends({}, () => {}, { timeoutMs: 100 })
    expect([slow.status, agent.failure]).toEqual([
      503,
      expect.objectContaining({ message: expect.stringContaining('too long') }),
    ])
  })

  it('is not sent elsewhere', async () => {
    for (const method of ['GET', 'PUT']) {
      const body = method === 'GET' ? '' : 'hello'
      const sent = await sends(
        { method, body },
        (_request, response) => void response.writeHead(307, { location: `${origin}/x` }).end(),
      )
      expect([sent.status, asked.length]).toEqual([503, 1])
    }
  })
})

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createBrowser, type Page } from '#common/browser/index.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const servers: Server[] = []

/** @returns the port; the server answers as localhost and as 127.0.0.1, which are two sites to a browser. */
async function serve(routes: Record<string, Handler>): Promise<number> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname
    const handler = routes[path]
    if (handler === undefined) response.writeHead(404).end()
    else handler(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const redirect =
  (location: string, status = 303): Handler =>
  (_request, response) =>
    void response.writeHead(status, { location }).end()

const html =
  (body: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body)

/** Answers with what it was sent. */
const echo: Handler = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { cookie, origin } = request.headers
    response.end(
      JSON.stringify({ method: request.method, url: request.url, cookie, origin, body: `${Buffer.concat(chunks)}` }),
    )
  })
}

const formOf = (page: Page) => page.forms[0] ?? expect.fail('there is no form')

describe('the browser', () => {
  it('reads title, words, links and forms', async () => {
    const port = await serve({
      '/': html(`<title>Hello &amp; co</title><style>p{}</style><p>Two <b>w</b>ords &lt;b&gt;</p><a href="/next">on</a>
        <form method="post" action="send"><input type="hidden" name="csrf" value="t&quot;1"><input type="checkbox" name="no">
        <button name="decision" value="approve"><span>Approve</span></button><button name="decision" value="deny">Deny</button></form>`),
    })
    const page = await createBrowser().open(`http://localhost:${port}/`)
    expect(page).toMatchObject({ status: 200, title: 'Hello & co', links: [{ text: 'on' }] })
    expect(page.text).toContain('Two words <b> on')
    expect(page.text).not.toContain('p{}')
    expect(page.forms).toMatchObject([
      {
        action: `http://localhost:${port}/send`,
        method: 'POST',
        fields: { csrf: 't"1', decision: 'approve' },
        buttons: ['Approve', 'Deny'],
      },
    ])
  })

  it('sends forms with the values filled in, and goes on with GET after a 303', async () => {
    const port = await serve({
      '/': html('<form method="post" action="/send"><input name="a" value="1"><input name="b"></form>'),
      '/send': echo,
      '/search': html('<form action="/got"><input name="q"></form>'),
      '/got': echo,
    })
    const browser = createBrowser()
    const sent = await browser.submit(formOf(await browser.open(`http://localhost:${port}/`)), { b: 'two words' })
    expect(JSON.parse(sent.body)).toMatchObject({ method: 'POST', body: 'a=1&b=two+words' })
    const got = await browser.submit(formOf(await browser.open(`http://localhost:${port}/search`)), { q: 'x' })
    expect(JSON.parse(got.body)).toMatchObject({ method: 'GET', url: '/got?q=x' })
  })

  it('keeps cookies per host name and path until they expire', async () => {
    const port = await serve({
      '/set': (_request, response) =>
        void response
          .writeHead(303, {
            location: '/echo',
            'set-cookie': ['a=1; Path=/; HttpOnly', 'deep=2; Path=/deep', 'c=3; Path=/'],
          })
          .end(),
      '/drop': (_request, response) =>
        void response.writeHead(303, { location: '/echo', 'set-cookie': 'a=; Path=/; Max-Age=0' }).end(),
      '/echo': echo,
      '/deep/echo': echo,
    })
    const browser = createBrowser()
    const cookies = async (url: string) => JSON.parse((await browser.open(url)).body).cookie
    expect(await cookies(`http://localhost:${port}/set`)).toBe('a=1; c=3')
    expect(await cookies(`http://localhost:${port}/deep/echo`)).toBe('deep=2; a=1; c=3')
    expect(await cookies(`http://127.0.0.1:${port}/echo`)).toBeUndefined()
    expect(await cookies(`http://localhost:${port}/drop`)).toBe('c=3')
  })

  it('withholds SameSite cookies from a form of another site, as browsers do', async () => {
    const port = await serve({
      '/set': (_request, response) =>
        void response.setHeader('set-cookie', ['lax=1; SameSite=Lax', 'none=2; SameSite=None']).end(),
      '/echo': echo,
    })
    const evil = await serve({ '/': html(`<form method="post" action="http://localhost:${port}/echo"></form>`) })
    const browser = createBrowser()
    await browser.open(`http://localhost:${port}/set`)
    const sent = JSON.parse((await browser.submit(formOf(await browser.open(`http://127.0.0.1:${evil}/`)))).body)
    expect(sent).toMatchObject({ cookie: 'none=2', origin: `http://127.0.0.1:${evil}` })
  })

  it('sends "Origin: null" from a page whose referrer policy is no-referrer', async () => {
    const form = '<form method="post" action="/echo"></form>'
    const port = await serve({ '/': html(form, { 'referrer-policy': 'no-referrer' }), '/echo': echo })
    const browser = createBrowser()
    const sent = JSON.parse((await browser.submit(formOf(await browser.open(`http://localhost:${port}/`)))).body)
    expect(sent.origin).toBe('null')
  })

  it("holds a form to its page's form-action, also after a redirect", async () => {
    const other = await serve({ '/': html('elsewhere') })
    const form = '<form method="post" action="/go"></form>'
    const port = await serve({
      '/strict': html(form, { 'content-security-policy': "form-action 'self'" }),
      '/named': html(form, { 'content-security-policy': `form-action 'self' http://127.0.0.1:${other}` }),
      '/go': redirect(`http://127.0.0.1:${other}/`),
    })
    const browser = createBrowser()
    const strict = formOf(await browser.open(`http://localhost:${port}/strict`))
    await expect(browser.submit(strict)).rejects.toThrow('does not let its form lead')
    const named = formOf(await browser.open(`http://localhost:${port}/named`))
    expect((await browser.submit(named)).text).toBe('elsewhere')
  })

  it('stops at a circle of redirects', async () => {
    const port = await serve({ '/a': redirect('/b'), '/b': redirect('/a') })
    await expect(createBrowser().open(`http://localhost:${port}/a`)).rejects.toThrow('without end')
  })
})

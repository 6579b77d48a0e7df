import { describe, expect, it } from 'vitest'
import type { PeerName } from '#common/config/index.ts'
import { app } from '#lexicons'
import type { ListeningRoute } from '#test/support/listening-routes.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import { openRoutes, writeRules } from './route-rules.ts'

interface Answer {
  route: string
  status: number
}

const components = ['gateway', 'appview', 'relay', 'org', 'people', 'directory'] as const satisfies PeerName[]

/** No route of any component is open, or writes, unless somebody said so in `route-rules.ts`. */
export function everyRoute(box: () => OpenBox, routes: () => readonly ListeningRoute[]): void {
  const componentAt = (origin: string): string => {
    const { peers, publicUrls, idps } = box().parts.network
    const places: Record<string, string | undefined> = { pages: publicUrls.people, idp: idps[0]?.issuer }
    for (const name of components) places[name] = peers[name].url
    const { port } = new URL(origin)
    return Object.entries(places).find(([, url]) => new URL(url ?? '').port === port)?.[0] ?? 'nobody'
  }
  const nameOf = ({ origin, method, pattern }: ListeningRoute) => `${componentAt(origin)} ${method} ${pattern}`

  async function ask(route: ListeningRoute, headers: Record<string, string>): Promise<Answer> {
    const { origin, method, pattern } = route
    const path = pattern.replace(/\*$/, '@acme.test/honest').replace(/:\w+/g, 'x')
    const sent = ['GET', 'HEAD', 'OPTIONS'].includes(method)
      ? { headers }
      : { headers: { 'content-type': 'application/json', ...headers }, body: '{}' }
    const waiting = AbortSignal.timeout(20_000)
    const response = await fetch(`${origin}${path}`, { method, ...sent, redirect: 'manual', signal: waiting })
    await response.body?.cancel()
    return { route: nameOf(route), status: response.status }
  }

  async function walk(headers: Record<string, string>): Promise<Answer[]> {
    const answers: Answer[] = []
    for (const route of routes()) answers.push(await ask(route, headers))
    return answers.filter(({ route }) => !openRoutes.some((open) => open.test(route)))
  }

  /** Neither does anything nor tells anything. */
  const isRefused = ({ status }: Answer) => [400, 401, 403, 404, 405].includes(status)

  describe('every route of every component', () => {
    it('is known by its component', () => {
      expect(routes().length).toBeGreaterThan(200)
      expect(routes().filter(({ origin }) => componentAt(origin) === 'nobody')).toEqual([])
    })

    it.each([
      ['no credential', {}],
      ['rubbish for one', { authorization: 'Bearer rubbish' }],
      ['rubbish in the form of an npm token', { authorization: `Bearer npm_${'0'.repeat(40)}` }],
    ])('refuses who has %s', async (_, headers) => {
      expect((await walk(headers)).filter((answer) => !isRefused(answer))).toEqual([])
    })

    it('refuses a component’s word that is meant for another method, or another component', async () => {
      const { nsid } = app.npm.registry.getStatus.main
      const token = await (await box().authOf('gateway')).tokenFor('appview', nsid)
      const answers = await walk({ authorization: `Bearer ${token}` })
      const others = answers.filter(({ route }) => !route.endsWith(nsid))
      expect(others.filter((answer) => !isRefused(answer))).toEqual([])
    })
  })

  describe('every route that writes', () => {
    const writing = () => routes().filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
    const ruleOf = (name: string) => writeRules.find(({ routes: known }) => known.test(name))

    it('says in route-rules.ts what it takes, and what is there is in use', () => {
      const names = writing().map(nameOf)
      expect(names.filter((name) => ruleOf(name) === undefined)).toEqual([])
      expect(writeRules.filter(({ routes: known }) => !names.some((name) => known.test(name)))).toEqual([])
    })

    it('is refused to components it is not for, with a token that is fresh, and for this very method', async () => {
      const heard: string[] = []
      for (const route of writing()) {
        const name = nameOf(route)
        const rule = ruleOf(name)
        const target = components.find((component) => name.startsWith(`${component} `))
        if (rule?.peers === undefined || target === undefined) continue
        for (const caller of [...components, 'appliance'] as const) {
          if (rule.peers.includes(caller)) continue
          const token = await (await box().authOf(caller)).tokenFor(target, route.pattern.slice('/xrpc/'.length))
          const { status } = await ask(route, { authorization: `Bearer ${token}` })
          // An operation is not even looked at without its bytes and the identity provider's token: 400.
          const refusal = rule.peers.length === 0 ? [400, 401, 403] : [401, 403]
          if (!refusal.includes(status)) heard.push(`${name} answers ${status} to the ${caller}`)
        }
      }
      expect(heard).toEqual([])
    })
  })
}

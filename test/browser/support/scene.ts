import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, inject } from 'vitest'
import { Npm } from '#appliance/tour/npm.ts'
import { Chromium, type Visitor, type VisitorOptions } from '#test/support/chromium.ts'
import { Developer, type PackedVersion, packVersion } from '#test/support/developer.ts'
import type {} from './browser-box.ts'

/** False on a machine without a browser: then files leave their tests out. */
export const thereIsABrowser = inject('browserGateway') !== undefined

/** What the tests of one file work with: the box of the run, a browser, developers with tokens. */
export interface Scene {
  gateway: string
  /** Somebody at a browser of their own; what it complained about fails the test at the end. */
  visitor(options?: VisitorOptions): Promise<Visitor>
  /** Somebody of the demo who has a token already. */
  developer(username: string): Promise<Developer>
  /** Stock npm on a machine of its own. */
  npm(): Promise<Npm>
  /** Asks to publish. @returns the page to approve at */
  asksToPublish(
    developer: Developer,
    source: Parameters<typeof packVersion>[0],
  ): Promise<{ authUrl: string; doneUrl: string; packed: PackedVersion }>
}

export function openScene(): Scene {
  let chromium: Chromium
  const visitors: Visitor[] = []
  const developers = new Map<string, Promise<Developer>>()
  const gateway = inject('browserGateway') ?? ''
  beforeAll(async () => {
    chromium = await Chromium.start()
  })
  afterAll(async () => {
    await chromium?.[Symbol.asyncDispose]()
    const troubles = visitors.flatMap((visitor) => visitor.troubles)
    if (troubles.length > 0) throw new Error(`the browser complained:\n${troubles.join('\n')}`)
  })
  return {
    gateway,
    async visitor(options) {
      const visitor = await chromium.visitor(options)
      visitors.push(visitor)
      return visitor
    },
    developer(username) {
      const known = developers.get(username) ?? Developer.signIn(gateway, username)
      developers.set(username, known)
      return known
    },
    async npm() {
      return Npm.create(await mkdtemp(join(tmpdir(), 'atoll-browser-')), gateway)
    },
    async asksToPublish(developer, source) {
      const packed = await packVersion(source)
      const { body } = await developer.put(packed)
      if (body.authUrl === undefined || body.doneUrl === undefined) throw new Error(`nothing to approve: ${body.error}`)
      return { authUrl: body.authUrl, doneUrl: body.doneUrl, packed }
    },
  }
}

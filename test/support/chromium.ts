import { access } from 'node:fs/promises'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** The first that is there; Debian's package puts it at the first place. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The last six keep it from calling its maker, which tests must not depend on. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
]

/** @returns where a Chromium is, or undefined on a machine without one */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const candidates = env['ATOLL_CHROMIUM'] === undefined ? places : [env['ATOLL_CHROMIUM']]
  for (const path of candidates) {
    const found = await access(path).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}

/**
 * Whether tests with a browser can run. Without one they are left out, loudly; where CI runs them, that is a failure.
 * @throws Error in CI
 */
export async function canRunChromium(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if ((await findChromium(env)) !== undefined) return true
  if ((env['CI'] ?? '') !== '') throw new Error('the browser tests need Chromium: apt-get install chromium')
  process.stderr.write('\n!! Browser tests are left out: no Chromium here (apt-get install chromium).\n\n')
  return false
}

export interface VisitorOptions {
  javaScriptEnabled?: boolean
  colorScheme?: 'light' | 'dark'
}

/** A real browser; each visitor has cookies of their own. */
export class Chromium implements AsyncDisposable {
  readonly #browser: Browser

  /** @throws Error on a machine without Chromium */
  static async start(): Promise<Chromium> {
    const executablePath = await findChromium()
    if (executablePath === undefined) throw new Error('there is no Chromium here: apt-get install chromium')
    return new Chromium(await chromium.launch({ executablePath, args: flags }))
  }

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  async visitor({ javaScriptEnabled = true, colorScheme = 'light' }: VisitorOptions = {}): Promise<Visitor> {
    const context = await this.#browser.newContext({
      javaScriptEnabled,
      colorScheme,
      locale: 'en-GB',
      timezoneId: 'UTC',
    })
    return new Visitor(context, await context.newPage())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

/** Somebody at a browser, and everything that went wrong in it. */
export class Visitor implements AsyncDisposable {
  readonly page: Page
  /** What the console complained about, requests that failed or left the machine: none is expected. */
  readonly troubles: string[] = []
  readonly #context: BrowserContext

  constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    this.#watch(page)
  }

  /** Another tab of the same browser. */
  async tab(): Promise<Page> {
    const page = await this.#context.newPage()
    this.#watch(page)
    return page
  }

  cookies() {
    return this.#context.cookies()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }

  #watch(page: Page): void {
    page.on('console', (message) => {
      // A page that says "no" with a 4xx status is one of ours, and asked for.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) this.troubles.push(message.text())
    })
    page.on('pageerror', (error) => this.troubles.push(error.message))
    page.on('requestfailed', (request) => {
      // A navigation that a newer one replaces is reported as aborted.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') this.troubles.push(`${request.url()} failed`)
    })
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url())
      if (protocol.startsWith('http') && !/^(localhost|127\.0\.0\.1)$/.test(hostname))
        this.troubles.push(`${request.url()} was asked`)
    })
  }
}

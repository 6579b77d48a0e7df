export { type Browser, type BrowserOptions, createBrowser } from './browser.ts'
export type { Form, Link, Page } from './page.ts'

import { describe, expect, it } from 'vitest'
import { bypassesProxy } from '#common/outbound/no-proxy.ts'

describe('what goes around the proxy', () => {
  it.each([
    ['https://acme.com/', ['acme.com']],
    ['https://npm.acme.com/', ['acme.com']],
    ['https://npm.acme.com/', ['.acme.com']],
    ['https://npm.acme.com/', ['*.ACME.com']],
    ['https://npm.acme.com./', ['acme.com']],
    ['https://npm.acme.com:8443/', ['acme.com:8443']],
    ['https://npm.acme.com/', ['acme.com:443']],
    ['http://10.1.2.3:4873/', ['10.0.0.0/8']],
    ['http://10.1.2.3/', ['10.1.2.3']],
    ['http://[fd00::1]/', ['fd00::/8']],
    ['http://[fd00::1]:80/', ['[fd00::1]:80']],
    ['http://[fd00::1]/', ['fd00::1']],
    ['https://anything.test/', ['x.test', '*']],
    // The proxy's loopback is not ours.
    ['http://localhost:4875/', []],
    ['http://127.0.0.1:4875/', []],
    ['http://127.9.9.9/', []],
    ['http://[::1]:4875/', []],
    ['http://idp.localhost/', []],
  ])('%s by %j', (url, noProxy) => expect(bypassesProxy(new URL(url), noProxy)).toBe(true))

  it.each([
    ['https://registry.npmjs.org/', []],
    ['https://notacme.com/', ['acme.com']],
    ['https://acme.com.evil.test/', ['acme.com']],
    ['https://npm.acme.com/', ['acme.com:8443']],
    ['http://11.1.2.3/', ['10.0.0.0/8', '10.0.0.0/33', '10.0.0.0/', '/8', 'acme/8']],
    ['https://10.acme.com/', ['10.0.0.0/8']],
    ['https://x.test/', ['', '.', '*.']],
    ['https://localhost.evil.test/', []],
    ['https://1127.0.0.1.evil.test/', []],
  ])('not %s by %j', (url, noProxy) => expect(bypassesProxy(new URL(url), noProxy)).toBe(false))
})

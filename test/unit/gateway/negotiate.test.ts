import { describe, expect, it } from 'vitest'
import { acceptsGzip, chooseForm, isNotModified } from '#gateway/packuments/negotiate.ts'

describe('content negotiation', () => {
  it.each([
    ['application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*', 'abbreviated'],
    ['application/vnd.npm.install-v1+json', 'abbreviated'],
    ['application/json', 'full'],
    ['*/*', 'full'],
    ['application/vnd.npm.install-v1+json;q=0, application/json', 'full'],
  ])('answers "%s" with the %s form', (accept, form) => {
    expect(chooseForm({ accept })).toBe(form)
  })

  it.each([
    ['gzip', true],
    ['br, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['identity', false],
  ])('sends gzip to "%s": %s', (encodings, gzip) => {
    expect(acceptsGzip({ 'accept-encoding': encodings })).toBe(gzip)
  })
})

describe('conditional requests', () => {
  const state = { etag: '"abc"', lastModified: 'Sun, 22 Nov 2026 12:00:00 GMT' }
  it.each([
    [{ 'if-none-match': '"abc"' }, true],
    [{ 'if-none-match': 'W/"abc"' }, true],
    [{ 'if-none-match': '"x", "abc"' }, true],
    [{ 'if-none-match': '*' }, true],
    [{ 'if-none-match': '"x"' }, false],
    [{ 'if-none-match': '"x"', 'if-modified-since': state.lastModified }, false],
    [{ 'if-modified-since': state.lastModified }, true],
    [{ 'if-modified-since': 'Sun, 22 Nov 2026 11:59:59 GMT' }, false],
    [{ 'if-modified-since': 'rubbish' }, false],
    [{}, false],
  ])('%o is answered with 304: %s', (headers, unmodified) => {
    expect(isNotModified(headers, state)).toBe(unmodified)
  })
})

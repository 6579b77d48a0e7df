import { describe, expect, it } from 'vitest'
import { html } from '#pds/people/pages/html.ts'

describe('markup', () => {
  it('takes every value for text, in elements and attributes', () => {
    const evil = `<script>"'&`
    const escaped = '&lt;script&gt;&quot;&#39;&amp;'
    expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(`<p title="${escaped}">${escaped}</p>`)
  })

  it('takes markup, and lists of both, as they are', () => {
    expect(html`<ul>${['<', html`<li>${1}</li>`]}</ul>`.markup).toBe('<ul>&lt;<li>1</li></ul>')
  })

  it('shows nothing for what is not there', () => {
    expect(html`a${undefined}${false}b`.markup).toBe('ab')
  })
})

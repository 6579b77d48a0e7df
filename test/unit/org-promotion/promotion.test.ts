import { describe, expect, it } from 'vitest'
import type { PromotionRequest } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { publishersOf } from '#pds/org/promotion/face/publishers-of.ts'
import { tagsOf } from '#pds/org/promotion/face/tags-of.ts'
import { laterVersions } from '#pds/org/promotion/follow/later-versions.ts'
import { hasReached, type Promotion, readPromotion, stands } from '#pds/org/promotion/promotion.ts'
import { publicVersionsOf } from '#pds/org/promotion/public-versions.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const cid = 'bafyreih7ecgiu6nwclrsjwvxzo7ovr3knzmxkkvhiyuxkrcj6a6vlbkrti'
const other = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const name = '@acme.test/ui'
const createdAt = '2026-01-01T00:00:00.000Z'
const asked = {
  $type: app.npm.org.promotion.$nsid,
  name,
  versions: [{ version: '1.0.0', cid }],
  follow: 'auto',
  requestedBy: org,
  createdAt,
}
const place = {
  org,
  uri: `at://${org}/${app.npm.org.promotion.$nsid}/3kabcdefghi22`,
  cid,
  id: '3kabcdefghi22',
  promotion: asked,
}
const about = { uri: place.uri, cid }
const decided = (decision: string, promotion = about) => ({ name, promotion, decision, createdAt })
const reached = (state: string, promotion = about) => ({
  promotion,
  state,
  attesters: ['did:plc:b'],
  updatedAt: createdAt,
})

const promotion = (change: Partial<Promotion>, request: Partial<PromotionRequest> = {}): Promotion => {
  const read = readPromotion(place)
  return { ...read, ...change, request: { ...read.request, ...request } }
}

describe('what the records say of a promotion', () => {
  it('is asked for while nobody has decided', () => {
    const read = readPromotion(place)
    expect([read.state, stands(read), read.request.id]).toEqual(['requested', false, place.id])
  })

  it('stands once it is approved, and tells how far it is', () => {
    expect(readPromotion({ ...place, decision: decided('approved') }).state).toBe('approved')
    const projected = readPromotion({ ...place, decision: decided('approved'), progress: reached('projected') })
    expect([projected.state, stands(projected), hasReached(projected, 'attested')]).toEqual(['projected', true, true])
    expect(hasReached(projected, 'seen')).toBe(false)
  })

  it('stands no more when it is withdrawn, and has come as far as it came', () => {
    const read = readPromotion({ ...place, decision: decided('withdrawn'), progress: reached('projected') })
    expect([read.state, stands(read), hasReached(read, 'projected')]).toEqual(['withdrawn', false, true])
  })

  it('takes nothing that was said about another promotion under its key', () => {
    const elsewhere = { ...about, cid: other }
    const read = readPromotion({
      ...place,
      decision: decided('approved', elsewhere),
      progress: reached('seen', elsewhere),
    })
    expect([read.state, read.attesters, hasReached(read, 'identified')]).toEqual(['requested', [], false])
  })
})

describe('what is public of a package', () => {
  const done = promotion({ reached: 'projected', followed: [{ version: '1.1.0', cid: other }] })
  const waiting = promotion({ cid: other, reached: 'attested' }, { versions: [{ version: '2.0.0', cid: other }] })
  const elsewhere = promotion({ reached: 'seen' }, { name: '@acme.test/other', versions: [{ version: '9.0.0', cid }] })

  it('are the versions of its own promotions that came so far, and of the one under way', () => {
    const all = [done, waiting, elsewhere]
    expect(publicVersionsOf(all, name)).toEqual(['1.0.0', '1.1.0'])
    expect(publicVersionsOf(all, name, waiting)).toEqual(['1.0.0', '1.1.0', '2.0.0'])
  })

  it('has those for publishers whose attestations are public', () => {
    const anns = promotion({ reached: 'attested', attesters: ['did:plc:ann', 'did:plc:bob'] })
    const bobs = promotion({ reached: 'seen', attesters: ['did:plc:bob'] }, { createdAt: '2026-02-01T00:00:00.000Z' })
    const nobodys = promotion({ reached: 'identified', attesters: ['did:plc:eve'] })
    const { record } = publishersOf([bobs, anns, nobodys])
    expect(record).toMatchObject({ publishers: ['did:plc:ann', 'did:plc:bob'], createdAt: '2026-02-01T00:00:00.000Z' })
  })

  it('writes the same list of publishers as long as they are the same', () => {
    const anns = promotion({ reached: 'attested', attesters: ['did:plc:ann'] })
    expect(publishersOf([anns]).cid).toBe(publishersOf([{ ...anns, reached: 'seen' }]).cid)
  })
})

/** Records of a repository, in pages as the host gives them. */
function holding(collection: string, records: Record<string, object>) {
  const rows = Object.entries(records)
    .map(([rkey, record]) => ({ rkey, cid: other, record: record as never }))
    .sort((a, b) => (a.rkey < b.rkey ? -1 : 1))
  return {
    async listRecords(_: string, wanted: string, { limit, after = '' }: { limit: number; after?: string | undefined }) {
      return wanted === collection ? rows.filter(({ rkey }) => rkey > after).slice(0, limit) : []
    },
  }
}

describe('tags in public', () => {
  const face = { org, name, promotions: [promotion({ reached: 'projected' })], by: promotion({}) }
  const tags = {
    'acme.test:ui:latest': { version: '3.0.0' },
    'acme.test:ui:next': { version: '2.0.0' },
    'acme.test:ui:secret-plan': { version: '9.0.0' },
    'acme.test:uix:beta': { version: '2.0.0' },
  }
  const host = holding(app.npm.package.tag.$nsid, tags)

  it('are those that lead to public versions, and latest leads to the highest that is no prerelease', async () => {
    const found = await tagsOf(host, { ...face, versions: ['1.0.0', '2.0.0', '3.0.0-rc.1'] })
    const said = found.map(({ rkey, record }) => [rkey, record['version']])
    expect(said).toEqual([
      ['acme.test:ui:next', '2.0.0'],
      ['acme.test:ui:latest', '2.0.0'],
    ])
  })

  it('do not change by what is asked for and no more', async () => {
    const versions = ['1.0.0']
    const asked = promotion({ cid: other }, { createdAt: '2026-02-01T00:00:00.000Z' })
    const [before] = await tagsOf(host, { ...face, versions })
    const [after] = await tagsOf(host, { ...face, versions, promotions: [...face.promotions, asked] })
    expect(after?.cid).toBe(before?.cid)
  })

  it('keep latest as it is when that is public', async () => {
    const found = await tagsOf(host, { ...face, versions: ['1.0.0', '3.0.0'] })
    expect(found.map(({ rkey, record }) => [rkey, record['version']])).toEqual([['acme.test:ui:latest', '3.0.0']])
  })
})

describe('versions that follow', () => {
  const versions = Object.fromEntries(
    ['0.9.0', '1.0.0', '1.0.1', '1.10.0', '1.9.0'].map((version) => [`acme.test:ui:${version}`, {}]),
  )
  const host = holding(app.npm.package.version.$nsid, { ...versions, 'acme.test:uix:4.0.0': {} })

  it('are those after what was chosen, lowest first, without what is public already', async () => {
    const later = await laterVersions(host, {
      org,
      name,
      known: new Set(['1.0.0', '1.0.1']),
      since: [{ version: '1.0.0' }],
    })
    expect(later.map(({ version }) => version)).toEqual(['1.9.0', '1.10.0'])
  })
})

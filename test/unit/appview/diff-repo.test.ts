import { expect, it } from 'vitest'
import { diffRepo } from '#appview/ingest/resync/diff-repo.ts'
import { app } from '#lexicons'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const tag = app.npm.package.tag.$nsid
const record = new Uint8Array()
const there = (rkey: string, cid: string, collection: string = tag) => ({ collection, rkey, cid, record })

it('says what is new, what changed, and what is gone', () => {
  const stored = [there('same', '1'), there('changed', '1'), there('gone', '1')]
  const records = [there('same', '1'), there('changed', '2'), there('new', '1')]
  const changes = diffRepo({ did, records }, 'org', stored).map(({ rkey, cid }) => [rkey, cid])
  expect(changes).toEqual([
    ['gone', null],
    ['changed', '2'],
    ['new', '1'],
  ])
})

it('takes only what counts in a repository of this role, and lets go of what no longer does', () => {
  const attestation = there('x', '1', app.npm.publish.attestation.$nsid)
  expect(diffRepo({ did, records: [attestation, there('y', '1', 'app.example.note')] }, 'org', [])).toEqual([])
  expect(diffRepo({ did, records: [there('was', '1')] }, 'people', [there('was', '1')])).toMatchObject([{ cid: null }])
})

import { expect, it } from 'vitest'
import { type Candidate, recognise } from '#appview/rights/recognise.ts'
import type { RightValue } from '#appview/schema/index.ts'

const [alice, bob, carol] = ['a', 'b', 'c'].map((letter) => `did:plc:${letter.repeat(24)}`) as [string, string, string]
const collection = 'permission'

function rule(rkey: string, minute: number, approvers: string[], value: Partial<RightValue> = {}): Candidate {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  const base = { kind: 'permission', subject: bob, action: 'manage', packages: '*', effect: 'allow', retired: false }
  return {
    collection,
    rkey,
    cid: `${rkey}@${minute}`,
    approvers,
    value: { ...base, createdAt, ...value } as RightValue,
  }
}

const nothingYet = { managers: [alice], effective: [], groupMembers: new Map() }
const cidsOf = async (state: Parameters<typeof recognise>[0], candidates: Candidate[]) =>
  (await recognise(state, candidates)).map(({ cid }) => cid)

it('follows a chain of approvals, whatever order the records are found in', async () => {
  const chain = [
    rule('third', 3, [carol]),
    rule('second', 2, [bob], { subject: carol } as never),
    rule('first', 1, [alice]),
  ]
  expect(await cidsOf(nothingYet, chain)).toEqual(['first@1', 'second@2', 'third@3'])
})

it('does not let a rule approve itself, nor two each other', async () => {
  const circle = [rule('bob', 1, [carol]), rule('carol', 2, [bob], { subject: carol } as never)]
  expect(await cidsOf(nothingYet, circle)).toEqual([])
  expect(await cidsOf(nothingYet, [rule('bob', 1, [bob])])).toEqual([])
})

it('knows a right withdrawn before an approval from one withdrawn after', async () => {
  const grant = (await recognise(nothingYet, [rule('bob', 1, [alice])]))[0] ?? expect.fail()
  const state = { managers: [alice], effective: [grant], groupMembers: new Map() }
  const withdraw = rule('bob', 5, [alice], { retired: true })
  expect(await cidsOf(state, [withdraw, rule('before', 4, [bob])])).toEqual(['before@4', 'bob@5'])
  expect(await cidsOf(state, [withdraw, rule('after', 6, [bob])])).toEqual(['bob@5'])
})

it('does not go back to what is older than what is in effect', async () => {
  const current = (await recognise(nothingYet, [rule('bob', 5, [alice])]))[0] ?? expect.fail()
  expect(
    await cidsOf({ managers: [alice], effective: [current], groupMembers: new Map() }, [rule('bob', 1, [alice])]),
  ).toEqual([])
})

import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildGenesis } from '#common/identity/index.ts'
import { Directory } from '#pds/directory/index.ts'
import { openProcess } from '#test/support/public-network/open-process.ts'

const marker = 'atoll_private_network_of_the_tests_0001'
const endpoint = 'http://localhost:1'
const pds = { type: 'AtprotoPersonalDataServer', endpoint }

describe('an open directory', () => {
  const opened = new AsyncDisposableStack()
  let directory: Directory

  beforeAll(async () => {
    const settings = opened.use(await openProcess('directory'))
    directory = opened.use(await Directory.start({ ...settings.config, open: true }))
  })
  afterAll(() => opened.disposeAsync())

  const submit = (did: string, operation: object) =>
    fetch(`${directory.url}/${did}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    })
  const logOf = async (did: string) => (await fetch(`${directory.url}/${did}/log`)).json()

  async function newIdentity(says: Partial<Operation> = {}) {
    const keypair = await Secp256k1Keypair.create()
    const { sig: _, ...empty } = (await buildGenesis(keypair)).op
    const op = await signOperation({ ...empty, ...says }, keypair)
    return { keypair, op, did: await didForCreateOp(op) }
  }

  it('takes what anybody submits, who holds the key', async () => {
    const says = { alsoKnownAs: ['at://lib.test'], services: { atproto_pds: pds } }
    const { did, op, keypair } = await newIdentity(says)
    expect((await submit(did, op)).status).toBe(200)
    const moved = await createUpdateOp(op, keypair, (last) => ({ ...last, alsoKnownAs: ['at://libs.test'] }))
    expect((await submit(did, moved)).status).toBe(200)
    expect(await logOf(did)).toEqual([op, moved])
  })

  it('takes an operation that follows an empty genesis, as those of a promoted account do', async () => {
    const { did, op, keypair } = await newIdentity()
    await submit(did, op)
    const second = await createUpdateOp(op, keypair, (last) => ({ ...last, services: { atproto_pds: pds } }))
    expect((await submit(did, second)).status).toBe(200)
  })

  it('refuses an operation of a private network, whose marker is longer than an id may be', async () => {
    const { did, op, keypair } = await newIdentity()
    await submit(did, op)
    const services = { atproto_pds: pds, [marker]: { type: 'AtollPrivateNetwork', endpoint } }
    const replayed = await submit(did, await createUpdateOp(op, keypair, (last) => ({ ...last, services })))
    expect(replayed.status).toBe(400)
    expect(await replayed.json()).toMatchObject({
      error: 'InvalidOperation',
      message: expect.stringContaining('the id of a service is longer than 32 characters'),
    })
    expect(await logOf(did)).toEqual([op])
  })

  it('refuses an operation that none of the account’s keys signed', async () => {
    const { did, op } = await newIdentity()
    await submit(did, op)
    const stranger = await Secp256k1Keypair.create()
    const forged = await createUpdateOp(op, stranger, (last) => ({ ...last, services: { atproto_pds: pds } }))
    expect((await submit(did, forged)).status).toBe(400)
    expect(await logOf(did)).toEqual([op])
  })

  it('refuses a genesis under another DID, and what is too long to read', async () => {
    const { op } = await newIdentity()
    expect((await submit('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', op)).status).toBe(400)
    expect((await submit('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', { padding: 'x'.repeat(8_000) })).status).toBe(413)
    expect((await fetch(`${directory.url}/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/log`)).status).toBe(404)
  })
})

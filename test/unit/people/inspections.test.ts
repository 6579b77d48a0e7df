import { describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { type InspectedTarball, inspectTarball } from '#common/tarball/index.ts'
import { Inspections } from '#pds/people/approve/index.ts'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'

const bytes = tarballOf(packageJsonEntry())
const { integrity } = await inspectTarball(bytes)

/** A gateway that sends what it is told to, when it is told to. */
class Gateway {
  asked = 0
  sends: Uint8Array = bytes
  #held: (() => void)[] | undefined

  async fetch(): Promise<Response> {
    this.asked += 1
    const held = this.#held
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve))
    return new Response(Buffer.from(this.sends))
  }

  holds(): void {
    this.#held = []
  }

  releases(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const release of held) release()
  }
}

const limitBytes = 1_000_000
const uploadOf = (operation: string) => ({ op: sha256(operation), integrity })

describe('inspecting parked tarballs', () => {
  it('reads those of an operation once', async () => {
    const gateway = new Gateway()
    const inspections = new Inspections(gateway, limitBytes)
    const first = await inspections.inspect(uploadOf('a'))
    expect(await inspections.inspect(uploadOf('a'))).toBe(first)
    expect(gateway.asked).toBe(1)
    await inspections.inspect(uploadOf('b'))
    expect(gateway.asked).toBe(2)
  })

  it('takes other bytes for what they are, and remembers no failure', async () => {
    const gateway = new Gateway()
    const inspections = new Inspections(gateway, limitBytes)
    gateway.sends = tarballOf(packageJsonEntry({ license: 'ISC' }))
    await expect(inspections.inspect(uploadOf('a'))).rejects.toMatchObject({ code: 'InvalidOperation' })
    gateway.sends = bytes
    await expect(inspections.inspect(uploadOf('a'))).resolves.toMatchObject({ integrity })
  })

  it('reads no further than a tarball may be long', async () => {
    const inspections = new Inspections(new Gateway(), bytes.length - 1)
    await expect(inspections.inspect(uploadOf('a'))).rejects.toMatchObject({ code: 'PayloadTooLarge' })
    await expect(new Inspections(new Gateway(), bytes.length).inspect(uploadOf('a'))).resolves.toBeDefined()
  })

  it('reads three at once, lets thirty wait, and sends the rest away', async () => {
    const gateway = new Gateway()
    const inspections = new Inspections(gateway, limitBytes)
    gateway.holds()
    const views: Promise<InspectedTarball>[] = []
    for (let view = 0; view < 33; view += 1) views.push(inspections.inspect(uploadOf('a')))
    await expect(inspections.inspect(uploadOf('one more'))).rejects.toMatchObject({ code: 'TooManyRequests' })
    expect(gateway.asked).toBe(3)
    gateway.releases()
    await Promise.all(views)
    // Those who waited find what the first three have read.
    expect(gateway.asked).toBe(3)
  })
})

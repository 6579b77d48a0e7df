import { expect, vi } from 'vitest'
import type { Door } from './door.ts'
import type { Mortal } from './mortal.ts'

export interface Moment {
  nsid: string
  /** Before the edge hears of it, before the inside hears what the edge answers, or while the edge does it. */
  when: 'before' | 'after' | 'during'
}

const patience = { timeout: 90_000, interval: 200 }

/**
 * Lets a component, which is started if it is dead, run up to a request through a door, and kills it there. The door is shut from then
 * on, so that nobody goes past the next moment unseen.
 * @param meanwhile again and again
 */
export async function killedAt(
  mortal: Mortal,
  door: Door,
  { nsid, when }: Moment,
  meanwhile = () => {},
): Promise<void> {
  let killing: Promise<void> | undefined
  const kill = async (asked: string) => {
    if (asked !== nsid || killing !== undefined) return
    killing = mortal.kill()
    if (when === 'during') return
    await killing
    throw new Error(`killed ${when} ${nsid}`)
  }
  door[when === 'after' ? 'after' : 'before'] = kill
  door.isOpen = true
  if (!mortal.isAlive) await mortal.starts()
  await vi.waitFor(() => {
    meanwhile()
    expect(killing, `${nsid} was never asked for`).toBeDefined()
  }, patience)
  await killing
  door.isOpen = false
  door.before = () => {}
  door.after = () => {}
}

/** Every moment around these requests, in their order. */
export function momentsOf(nsids: readonly string[], whens: readonly Moment['when'][]): Moment[] {
  return nsids.flatMap((nsid) => whens.map((when) => ({ nsid, when })))
}

import { z } from 'zod'

/** What the supervisor says to a component: its configuration is written, start. */
export const startMessage = z.object({ type: z.literal('start') })
/** What a component says to the supervisor: it listens. */
export const readyMessage = z.object({ type: z.literal('ready') })

export type StartMessage = z.output<typeof startMessage>
export type ReadyMessage = z.output<typeof readyMessage>

/** The other end of the pipe, for a component that a supervisor started. */
export interface SupervisorLink {
  /** Settles, with true, when the supervisor says so. */
  toStart: Promise<boolean>
  sayReady(): void
  /** Settles when the supervisor is gone, for whatever reason: then the component must go, too. */
  gone: Promise<void>
  close(): void
}

/** @returns undefined when nobody supervises this process */
export function supervisorLink(): SupervisorLink | undefined {
  if (process.send === undefined) return undefined
  const toStart = new Promise<boolean>((resolve) => {
    process.on('message', (message) => {
      if (startMessage.safeParse(message).success) resolve(true)
    })
  })
  return {
    toStart,
    sayReady: () => {
      if (process.connected) process.send?.({ type: 'ready' } satisfies ReadyMessage)
    },
    gone: new Promise((resolve) => process.once('disconnect', resolve)),
    close: () => {
      if (process.connected) process.disconnect()
    },
  }
}

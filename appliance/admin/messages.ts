import { app } from '#lexicons'
import type { Admin } from './open-admin.ts'

export interface Message extends Record<string, unknown> {
  id: string
  channel: string
  target: string
  type: string
  state: string
  attempts: number
  createdAt: string
}

export type MessageState = 'waiting' | 'sent' | 'dead'

/** What was told to whom, newest first. */
export async function listMessages({ appview }: Admin, state: MessageState | undefined): Promise<Message[]> {
  const params = { limit: 500, ...(state === undefined ? {} : { state }) }
  const { messages } = await appview.call(app.npm.registry.listMessages, { params })
  return messages.map((message) => ({ ...message }))
}

/** Tries again what was given up. @param id all of it when undefined. @returns how many */
export async function retryMessages({ appview }: Admin, id: string | undefined): Promise<number> {
  const input = id === undefined ? {} : { id }
  return (await appview.call(app.npm.registry.retryMessages, { input })).messages
}

/** Tells everybody who is configured that this is a test. @returns the message's id, and to whom it goes */
export async function testNotices({ appview }: Admin): Promise<{ id: string; targets: string[] }> {
  const { id, targets } = await appview.call(app.npm.registry.testNotices, { input: {} })
  return { id, targets: [...targets] }
}

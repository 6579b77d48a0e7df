import { setTimeout as pause } from 'node:timers/promises'
import { app } from '#lexicons'
import type { Developer } from '#test/support/developer.ts'

export interface PurgeOf {
  name: string
  version: string
  reason: string
}

interface Answer {
  status: number
  body: { error?: string; message?: string; authUrl?: string; doneUrl?: string }
}

const patienceMs = 90_000
const betweenAttemptsMs = 300

/** Purges as somebody does who types `atoll purge` again until it is done, whatever happens to the box meanwhile. */
export async function purgePatiently(manager: Developer, purge: PurgeOf): Promise<void> {
  const troubles: string[] = []
  for (const until = Date.now() + patienceMs; Date.now() < until; await pause(betweenAttemptsMs)) {
    try {
      const answer = await attempt(manager, purge)
      // An earlier attempt got through, but its answer did not.
      if (answer.status === 200 || answer.body.error === 'VersionPurged') return
      troubles.push(`${answer.status} ${answer.body.error} ${answer.body.message}`)
    } catch (error) {
      troubles.push(String(error))
    }
  }
  throw new Error(`${purge.name}@${purge.version} cannot be purged:\n${troubles.join('\n')}`)
}

async function attempt(manager: Developer, purge: PurgeOf): Promise<Answer> {
  const asked = await send(manager, purge)
  return asked.body.authUrl === undefined ? asked : send(manager, purge, await manager.approve(asked.body))
}

async function send({ gateway, token }: Developer, { name, version, reason }: PurgeOf, otp?: string): Promise<Answer> {
  const answer = await fetch(`${gateway}/xrpc/${app.npm.gateway.purge.$nsid}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(otp === undefined ? {} : { 'npm-otp': otp }),
    },
    body: JSON.stringify({ name, versions: [version], reason }),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}

import pg from 'pg'
import WebSocket from 'ws'
import { atproto } from '#lexicons'
import type { PublicNetwork } from '#test/support/public-network/index.ts'
import type { Captured } from '#test/support/recording-host.ts'

/** As somebody does who sees it for the first time. */
export async function readsStream(url: string): Promise<Captured[]> {
  const frames: Captured[] = []
  const socket = new WebSocket(`${url.replace('http', 'ws')}/xrpc/${atproto.subscribeRepos}?cursor=0`)
  socket.on('message', (data: Buffer) => frames.push({ where: `the stream of ${url}`, bytes: data }))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  socket.terminate()
  return frames
}

/** Everything that the public relay has written down. */
export async function relayDatabase({ relayConfig }: PublicNetwork): Promise<Captured[]> {
  const { url, schema } = relayConfig.database
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
  await client.connect()
  try {
    const { rows: tables } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [schema])
    const found: Captured[] = []
    for (const { tablename } of tables) {
      const { rows } = await client.query({ text: `SELECT * FROM ${pg.escapeIdentifier(tablename)}`, rowMode: 'array' })
      for (const value of rows.flat()) {
        const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value ?? null))
        found.push({ where: `the relay's table ${tablename}`, bytes })
      }
    }
    return found
  } finally {
    await client.end()
  }
}

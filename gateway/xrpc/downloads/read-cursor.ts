import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { DownloadCursor } from '../../downloads/index.ts'

const cursorSchema = z.tuple([z.string(), z.string(), z.string(), z.string()])

export function writeCursor({ version, origin, tokenId, address }: DownloadCursor): string {
  return Buffer.from(JSON.stringify([version, origin, tokenId, address])).toString('base64url')
}

/** @throws InvalidRequest */
export function readCursor(cursor: string): DownloadCursor {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')))
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: 'the cursor is not one of ours' })
  const [version, origin, tokenId, address] = parsed.data
  return { version, origin, tokenId, address }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Server } from '#common/xrpc/index.ts'

const library = createRequire(import.meta.url).resolve('@simplewebauthn/browser')

/** What the pages where passkeys are used run, in this order; there is no other script, and none in a page. */
const files = {
  '/assets/webauthn.js': join(dirname(library), '../dist/bundle/index.umd.min.js'),
  '/assets/passkeys.js': join(import.meta.dirname, 'assets/passkeys.js'),
}

export const passkeyScripts: readonly string[] = Object.keys(files)

export function serveScripts(server: Server): void {
  for (const [path, file] of Object.entries(files)) {
    server.get(path, async (_request, reply) =>
      reply
        .header('content-type', 'text/javascript; charset=utf-8')
        .header('cache-control', 'private, max-age=300')
        .send(await readFile(file)),
    )
  }
}

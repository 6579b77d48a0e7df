import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Everything a test run leaves in the temporary folder goes into one of its own, which is removed at the end. Workers
 * inherit it, and so does what they start.
 */
export default function setup(): () => void {
  const outer = process.env['TMPDIR']
  const folder = mkdtempSync(join(tmpdir(), 'atoll-test-'))
  // Postgres runs as another user below it.
  chmodSync(folder, 0o755)
  process.env['TMPDIR'] = folder
  return () => {
    if (outer === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = outer
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where npm keeps this user's tokens. */
export function userNpmrc(): string {
  return process.env['npm_config_userconfig'] ?? join(homedir(), '.npmrc')
}

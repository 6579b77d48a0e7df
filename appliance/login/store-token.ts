import { readFile, realpath } from 'node:fs/promises'
import { withRegistryToken } from '#appliance/config/index.ts'
import { writePrivateFile } from '#appliance/files/private-json.ts'

/**
 * Puts a token into an .npmrc, where it replaces the one for the same registry. Only its user can read the file afterwards.
 * @returns the file; another one where the .npmrc is a link
 */
export async function storeToken(npmrc: string, registry: string, token: string): Promise<string> {
  const file = await realpath(npmrc).catch(() => npmrc)
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  await writePrivateFile(file, withRegistryToken(content, registry, token))
  return file
}

import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'

const maxLogBytes = 4_000_000
const timeoutMs = 5_000

/**
 * An account's operation log, byte for byte as a directory has it. It is to be verified by whoever reads it.
 * @returns undefined when the directory knows no such account
 * @throws DirectoryUnavailable
 */
export async function fetchOperationLog(directoryUrl: string, did: string): Promise<Buffer | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(`${directoryUrl}/${did}/log`, { signal, redirect: 'error' })
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`the directory answered ${response.status}`)
    return await readBounded(response.body, maxLogBytes)
  } catch (cause) {
    throw new AtollError('DirectoryUnavailable', { did }, cause)
  }
}

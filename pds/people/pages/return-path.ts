import { devicePath } from '../sign-in/index.ts'

/** Everything that waits for the person who is signed in; below it, a page for each batch. */
export const approvalsPath = '/approvals'

/** The passkeys of the person who is signed in. */
export const passkeysPath = '/passkeys'

const ownPages: readonly string[] = [approvalsPath, passkeysPath, devicePath]

/**
 * The page of ours to come back to, as a form or an address names it; nothing else is a place to be sent to.
 * @param fields a form's body, or a query
 */
export function returnPath(fields: unknown): string | undefined {
  const path = (fields as Record<string, unknown> | undefined)?.['return_to']
  if (typeof path !== 'string') return undefined
  return ownPages.includes(path) || /^\/(login|approve|approvals)\/[\w-]{22}$/.test(path) ? path : undefined
}

import { devicePath } from '../sign-in/index.ts'

/** Everything that waits for the person who is signed in; below it, a page for each batch. */
export const approvalsPath = '/approvals'

/** The passkeys of the person who is signed in. */
export const passkeysPath = '/passkeys'

/** Requests for exceptions from the policy: the signed-in person's, and those they may answer. */
export const exceptionsPath = '/exceptions'

/** Names and ids stand in the query, so that all of them are one page to who counts strangers on their way to it. */
const exceptionsPage = /^\/exceptions\?(package=[\w.%-]{1,400}&version=[\w.%-]{1,300}|id=[a-z2-7]{13})$/

const ownPages: readonly string[] = [approvalsPath, passkeysPath, devicePath, exceptionsPath]

/**
 * The page of ours to come back to, as a form or an address names it; nothing else is a place to be sent to.
 * @param fields a form's body, or a query
 */
export function returnPath(fields: unknown): string | undefined {
  const path = (fields as Record<string, unknown> | undefined)?.['return_to']
  if (typeof path !== 'string') return undefined
  return ownPages.includes(path) || exceptionsPage.test(path) || /^\/(login|approve|approvals)\/[\w-]{22}$/.test(path)
    ? path
    : undefined
}

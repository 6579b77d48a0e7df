import { Refusal } from './refusal.ts'

/**
 * Who is suspended, taken down, deactivated or deleted does not write.
 * @throws Refusal inactive-account
 */
export function checkAccountIsActive(repo: { did: string; status: string } | undefined): void {
  if (repo === undefined || repo.status === 'active') return
  throw new Refusal('inactive-account', `${repo.did} is ${repo.status}`)
}

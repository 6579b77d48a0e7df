import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type {
  Admin,
  Approval,
  ListRequest,
  OperationRequest,
  Org,
  PersonalGateway,
  WrittenRecord,
} from '#appliance/admin/index.ts'
import type { Settings } from '#appliance/config/index.ts'
import { UsageError } from '#appliance/failures.ts'
import { readSettings } from './settings.ts'
import { userNpmrc } from './user-npmrc.ts'

/** What every administering command begins with. */
export interface AdminSession {
  settings: Settings
  admin: Admin
}

export async function openSession(command: Command): Promise<AdminSession> {
  const file = command.optsWithGlobals()['settings']
  const settings = await readSettings({ cwd: process.cwd(), env: process.env, file })
  const { openAdmin } = await import('#appliance/admin/index.ts')
  const admin = await openAdmin(settings)
  // Those the box was started with: settings may have changed, or be elsewhere.
  return { settings: { ...settings, publicUrls: admin.network.publicUrls }, admin }
}

export async function openOrgSession(command: Command, name: string | undefined): Promise<AdminSession & { org: Org }> {
  const { findOrg } = await import('#appliance/admin/index.ts')
  const session = await openSession(command)
  return { ...session, org: await findOrg(session.admin, name) }
}

/** Has an operation approved by the person whose token it is, in their browser, and executed. */
export async function askForOperation(
  settings: Settings,
  givenToken: string | undefined,
  request: OperationRequest,
): Promise<WrittenRecord> {
  return approveIt(await personalGateway(settings, givenToken), request)
}

/** The same, where it is known already who asks whom. */
export async function approveIt(gateway: PersonalGateway, request: OperationRequest): Promise<WrittenRecord> {
  const { operate } = await import('#appliance/admin/index.ts')
  return operate(gateway, request, approveInBrowser)
}

/** The gateway, in the name of whoever runs the command. @throws UsageError when there is no token */
export async function personalGateway(
  { publicUrls }: Settings,
  givenToken: string | undefined,
): Promise<PersonalGateway> {
  const url = publicUrls.gateway
  return { url, token: await findToken(url, givenToken) }
}

/** Has the list of an import approved, likewise. */
export async function askForImport(
  settings: Settings,
  givenToken: string | undefined,
  request: ListRequest,
): Promise<WrittenRecord> {
  const { importList } = await import('#appliance/admin/index.ts')
  return importList(await personalGateway(settings, givenToken), request, approveInBrowser)
}

/**
 * The npm token of whoever runs the command.
 * @throws UsageError when there is none
 */
export async function findToken(gateway: string, given: string | undefined): Promise<string> {
  const named = given ?? process.env['ATOLL_TOKEN'] ?? process.env['NPM_TOKEN']
  if (named !== undefined && named !== '') return named
  const { registryToken } = await import('#appliance/config/npmrc.ts')
  const found = registryToken(await readFile(userNpmrc(), 'utf8').catch(() => ''), gateway, process.env)
  if (found !== undefined) return found
  throw new UsageError(
    `This is done in somebody's name: run "npm login --registry ${gateway}" first, or give a token with --token or ATOLL_TOKEN.`,
  )
}

/** @returns the one-time code, once the person has approved */
export async function approveInBrowser({ authUrl, doneUrl }: Approval): Promise<string> {
  // On stderr: what a program reads on stdout is the result alone.
  process.stderr.write(`Approve this in your browser:\n\n  ${authUrl}\n\n`)
  if (process.stderr.isTTY) openBrowser(authUrl)
  const { collectCode } = await import('#appliance/admin/index.ts')
  return collectCode(doneUrl)
}

/** @returns the code of each, once the person has approved all of them, on the page that lists everything that waits */
export async function approveTogether(approvals: readonly Approval[]): Promise<readonly string[]> {
  const [first] = approvals
  if (first === undefined) return []
  if (approvals.length === 1) return [await approveInBrowser(first)]
  const all = new URL('/approvals', first.authUrl).href
  process.stderr.write(`Approve these ${approvals.length} in your browser, together:\n\n  ${all}\n\n`)
  if (process.stderr.isTTY) openBrowser(all)
  const { collectCode } = await import('#appliance/admin/index.ts')
  return Promise.all(approvals.map(({ doneUrl }) => collectCode(doneUrl)))
}

function openBrowser(url: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const child = spawn(program, [url], { detached: true, stdio: 'ignore' })
  // Without a browser here, the printed address is what there is.
  child.on('error', () => {})
  child.unref()
}

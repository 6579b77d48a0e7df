import type { Command } from 'commander'
import type { PersonalGateway } from '#appliance/admin/index.ts'
import { openPersonalSession, type PersonalOptions } from '../personal-session.ts'

export interface PackageOptions extends PersonalOptions {
  org?: string
}

/** The registry in somebody's name, and the organisation: the one they name, else the one whose package it is, else the only one. */
export async function openPackage(
  command: Command,
  name: string | undefined,
  options: PackageOptions,
): Promise<{ gateway: PersonalGateway; org: string }> {
  const { findOrgAs, orgOfPackage } = await import('#appliance/admin/index.ts')
  const gateway = await openPersonalSession(command, options, name === undefined ? undefined : scopeOf(name))
  const byPackage = options.org === undefined && name !== undefined
  const org = byPackage ? await orgOfPackage(gateway, name) : await findOrgAs(gateway, options.org)
  return { gateway, org }
}

function scopeOf(name: string): string | undefined {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : undefined
}

import type { DeclaredSource } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import type { Org } from './find.ts'
import type { Admin } from './open-admin.ts'
import type { OperationRequest } from './operate.ts'

/** A package as its organisation describes it. */
export type PackageSource = app.npm.registry.getSource.$OutputBody

/** @throws NotFound when the organisation has no such package */
export function findSource({ appview }: Admin, org: Org, name: string): Promise<PackageSource> {
  return appview.call(app.npm.registry.getSource, { params: { org: org.did, name } })
}

/**
 * The operation that declares where a package is built.
 * @param known as the organisation describes it now: that stays as it is
 * @param source undefined to declare none any more
 */
export function putSource(org: string, known: PackageSource, source: DeclaredSource | undefined): OperationRequest {
  const { name, description, license, keywords, homepage } = known
  const fields = Object.entries({ name, description, license, keywords, homepage, source })
  const input = Object.fromEntries(fields.filter(([, value]) => value !== undefined))
  return { procedure: app.npm.operation.putSource.main.nsid, org, input }
}

import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'
import { parseImportList } from '#common/imports/index.ts'
import type { ImportPlan } from '../plan/plan.ts'

const sourceVersionSchema = z.object({
  version: z.string(),
  tarball: z.string().optional(),
  integrity: z.string().optional(),
  shasum: z.string().optional(),
  publishedAt: z.string().optional(),
  deprecated: z.string().optional(),
})
const approvedSchema = z.object({
  /** CID of the import record. */
  record: z.string(),
  /** In the order of the approved list: the org PDS is told them by their place in it. */
  versions: z.array(z.object({ name: z.string(), source: sourceVersionSchema, record: z.string(), size: z.int() })),
})

/** An import that was approved and is not yet written as a whole. */
export type ApprovedImport = z.output<typeof approvedSchema>

/** @param list canonical bytes */
export function approvedImport(record: string, list: Uint8Array, plan: ImportPlan): ApprovedImport {
  const sources = new Map(
    plan.packages.flatMap(({ name, versions }) =>
      versions.map(({ version, source }) => [`${name}@${version}`, source] as const),
    ),
  )
  const versions = parseImportList(list).packages.flatMap(({ name, versions: listed }) =>
    listed.map(({ version, record: cid, size }) => ({
      name,
      source: sources.get(`${name}@${version}`) ?? { version },
      record: cid,
      size,
    })),
  )
  return { record, versions }
}

/** @returns undefined when nothing is left from an earlier run */
export async function readApproved(file: string): Promise<ApprovedImport | undefined> {
  const parsed = approvedSchema.safeParse(await readJsonIfThere(file))
  return parsed.success ? parsed.data : undefined
}

export function writeApproved(file: string, approved: ApprovedImport): Promise<void> {
  return writePrivateJson(file, approved)
}

export function forgetApproved(file: string): Promise<void> {
  return rm(file, { force: true })
}

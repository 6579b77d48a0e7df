import type { TrustedPublisher } from '#common/operations/index.ts'
import { createTid } from '#common/records/tid.ts'
import { app } from '#lexicons'
import { NotFoundHere, type Org } from './find.ts'
import type { Admin } from './open-admin.ts'
import type { OperationRequest } from './operate.ts'

/** A job that is trusted, as commands show it. */
export type TrustedJob = Omit<TrustedPublisher, 'retired'> & Record<string, unknown> & { id: string }

/** The operation that has an organisation trust a job. */
export function trustJob(org: string, job: Omit<TrustedPublisher, 'retired'>): OperationRequest {
  return { procedure: app.npm.operation.putTrustedPublisher.$nsid, org, input: defined({ id: createTid(), ...job }) }
}

/** The operation that has it trust the job no longer: the record is superseded by itself, retired. */
export function distrustJob(org: string, job: TrustedJob): OperationRequest {
  return { procedure: app.npm.operation.putTrustedPublisher.$nsid, org, input: defined({ ...job, retired: true }) }
}

type Asking = Pick<Admin, 'appview' | 'did'>

/** The jobs an organisation trusts. */
export async function listTrustedJobs({ appview, did: viewer }: Asking, org: Org): Promise<TrustedJob[]> {
  const { publishers } = await appview.call(app.npm.registry.listTrustedPublishers, {
    params: { org: org.did, viewer },
  })
  return publishers.map(({ record: _, approvedBy: __, createdAt: ___, ...job }) => job)
}

/** @throws NotFoundHere */
export async function findTrustedJob(admin: Asking, org: Org, id: string): Promise<TrustedJob> {
  const found = (await listTrustedJobs(admin, org)).find((job) => job.id === id)
  if (found !== undefined) return found
  throw new NotFoundHere(`${org.handle} trusts no job ${id}: "atoll trust-publisher list" shows those it does.`)
}

function defined(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

import type { Admin, OperationRequest, Org } from '#appliance/admin/index.ts'

/** What the steps of the seed work with. */
export interface SeedContext {
  admin: Admin
  /** Has the manager approve an operation and waits until it counts. */
  approve(request: OperationRequest): Promise<void>
  /** Set by createOrganisation. */
  org?: Org
}

/** Does its part, or finds that an earlier run did. */
export type SeedStep = (context: SeedContext) => Promise<void>

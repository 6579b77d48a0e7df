import { advisories } from './advisories.ts'
import { box } from './box.ts'
import { callers } from './callers.ts'
import { downloads } from './downloads.ts'
import { edge } from './edge.ts'
import { exceptions } from './exceptions.ts'
import { imports } from './imports.ts'
import { labels } from './labels.ts'
import { names } from './names.ts'
import { packages } from './packages.ts'
import { permissions } from './permissions.ts'
import { promotion } from './promotion.ts'
import { provenance } from './provenance.ts'
import { publishers } from './publishers.ts'
import { requests } from './requests.ts'
import { stage } from './stage.ts'

export type { ErrorDetails } from './entry.ts'

/** Every error a client can see: a stable code, a status, and a sentence that names the thing and the way out. A room, a file. */
export const catalogue = {
  ...requests,
  ...callers,
  ...permissions,
  ...packages,
  ...exceptions,
  ...names,
  ...imports,
  ...publishers,
  ...stage,
  ...labels,
  ...promotion,
  ...edge,
  ...provenance,
  ...advisories,
  ...downloads,
  ...box,
} as const

export type ErrorCode = keyof typeof catalogue

import { box } from './box.ts'
import { callers } from './callers.ts'
import { imports } from './imports.ts'
import { packages } from './packages.ts'
import { permissions } from './permissions.ts'
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
  ...imports,
  ...publishers,
  ...stage,
  ...box,
} as const

export type ErrorCode = keyof typeof catalogue

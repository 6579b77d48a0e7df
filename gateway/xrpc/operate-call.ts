import type { app } from '#lexicons'
import type { Exchange } from '../npm/index.ts'

/** Somebody asks for an operation, or brings the code for one. */
export interface OperateCall extends Exchange {
  input: app.npm.gateway.operate.$InputBody
}

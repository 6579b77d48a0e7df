import type { FastifyReply, FastifyRequest } from 'fastify'
import type { app } from '#lexicons'
import type { Session } from '../auth/token/index.ts'

/** Somebody asks for an operation, or brings the code for one. */
export interface OperateCall {
  input: app.npm.gateway.operate.$InputBody
  session: Session
  request: FastifyRequest
  reply: FastifyReply
}

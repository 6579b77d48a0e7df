import type { GatewayContext } from '../../context.ts'
import type { Requester } from '../sign-in/index.ts'
import type { ListedToken, Session } from '../token/index.ts'
import type { WantedToken } from './wanted-token.ts'

/** What the making of a token stands on. */
export type TokenMaking = Pick<
  GatewayContext,
  'tokens' | 'ceremony' | 'peers' | 'identities' | 'audit' | 'clock' | 'config' | 'database' | 'verifyPerson'
>

export interface TokenRequest {
  session: Session
  requester: Requester
  /** The one-time code, once there is one. */
  otp: string | undefined
  wanted: WantedToken
}

export interface MadeToken {
  /** It cannot be had a second time. */
  token: string
  row: ListedToken
}

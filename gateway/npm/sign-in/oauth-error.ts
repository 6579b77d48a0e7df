import type { AtollError, ErrorCode } from '#common/errors/index.ts'

const codes: Partial<Record<ErrorCode, string>> = {
  DeviceCodePending: 'authorization_pending',
  DevicePolledTooFast: 'slow_down',
  DeviceCodeExpired: 'expired_token',
  SignInRefused: 'access_denied',
  UnsupportedGrant: 'unsupported_grant_type',
}

export const oauthPrefix = '/-/oauth/'

/** An error as OAuth clients read it (RFC 6749, section 5.2, and RFC 8628, section 3.5). */
export function oauthError({ code, status, message }: AtollError): { error: string; error_description: string } {
  const otherwise = status >= 500 || status === 429 ? 'temporarily_unavailable' : 'invalid_request'
  return { error: codes[code] ?? otherwise, error_description: message }
}

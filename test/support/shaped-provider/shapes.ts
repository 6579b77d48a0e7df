/** What a sign-in at a provider came to, before the provider puts it into words. */
export interface Facts {
  /** The provider's own number for the person. */
  subject: string
  username: string
  groups: readonly string[]
  /** Seconds since the epoch. */
  authenticatedAt: number
  secondFactor: boolean
  /** Of the authorization request. */
  acrValues: string | undefined
  /** Of the authorization request's `claims` parameter. */
  requestedClaims: Readonly<Record<string, unknown>>
}

/** A make of identity provider: what its ID tokens say of a sign-in, beside what they all say, and what it can be asked for. */
export interface Shape {
  algorithm: 'RS256' | 'ES256'
  scopes?: readonly string[]
  /** Whether this request makes it ask for a second factor. */
  asksForSecondFactor(facts: Pick<Facts, 'acrValues' | 'requestedClaims'>): boolean
  idToken(facts: Facts): Record<string, unknown>
  userInfo?(facts: Facts): Record<string, unknown>
}

const entraMaxGroups = 200

/**
 * Entra ID, v2.0 tokens. No `acr` and no `amr`, which are in v1.0 tokens only; `auth_time` and `acrs` are optional claims
 * (https://learn.microsoft.com/entra/identity-platform/optional-claims-reference). `acrs` names the authentication contexts
 * that Conditional Access found satisfied
 * (https://learn.microsoft.com/entra/identity-platform/developer-guide-conditional-access-authentication-context). Above 200
 * groups there is a reference in their place
 * (https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim).
 */
export const entra: Shape = {
  algorithm: 'RS256',
  scopes: ['User.Read'],
  asksForSecondFactor: ({ requestedClaims }) => Object.hasOwn(requestedClaims, 'acrs'),
  idToken: ({ subject, username, groups, authenticatedAt, secondFactor, requestedClaims }) => ({
    ver: '2.0',
    oid: `oid-of-${subject}`,
    tid: '9188040d-6c67-4c5b-b112-36a304b66dad',
    preferred_username: `${username}@acme.test`,
    auth_time: authenticatedAt,
    ...(secondFactor ? { acrs: [(requestedClaims['acrs'] as { value?: string } | undefined)?.value ?? 'c1'] } : {}),
    ...(groups.length > entraMaxGroups
      ? {
          _claim_names: { groups: 'src1' },
          _claim_sources: { src1: { endpoint: `https://graph.windows.net/t/users/${subject}/getMemberObjects` } },
        }
      : { groups }),
  }),
}

const oktaTwoFactors = 'urn:okta:loa:2fa:any'

/**
 * Okta. `acr_values` chooses the assurance, `acr` repeats it
 * (https://developer.okta.com/docs/guides/step-up-authentication/main/); `amr` is there without being asked for
 * (https://developer.okta.com/docs/guides/configure-amr-claims-mapping/main/), `auth_time` always; `groups` are names, when the
 * app has a groups claim (https://developer.okta.com/docs/guides/customize-tokens-groups-claim/main/).
 */
export const okta: Shape = {
  algorithm: 'RS256',
  scopes: ['groups'],
  asksForSecondFactor: ({ acrValues }) => acrValues === oktaTwoFactors,
  idToken: ({ subject, username, groups, authenticatedAt, secondFactor, acrValues }) => ({
    ver: 1,
    idp: `00o-of-${subject}`,
    preferred_username: `${username}@acme.test`,
    auth_time: authenticatedAt,
    amr: secondFactor ? ['mfa', 'otp', 'pwd'] : ['pwd'],
    ...(acrValues === undefined || !secondFactor ? {} : { acr: acrValues }),
    groups,
  }),
}

/**
 * Google. Nothing about factors or time, unless the app is published, verified, and has asked for both claims; and Google
 * authenticates nobody again because an app asks (https://developers.google.com/identity/siwg/security-bundle). No groups.
 */
export const google: Shape = {
  algorithm: 'RS256',
  asksForSecondFactor: () => false,
  idToken: ({ username }) => ({ hd: 'acme.test', email: `${username}@acme.test`, email_verified: true }),
}

/**
 * Keycloak. A level of authentication is mapped to `acr` and asked for by `acr_values`; `auth_time` is there
 * (https://www.keycloak.org/docs/latest/server_admin/#_step-up-flow). Its groups mapper knows names and paths, not ids
 * (https://github.com/keycloak/keycloak/issues/34405), so here an attribute of the groups is mapped; roles are nested.
 */
export const keycloak: Shape = {
  algorithm: 'ES256',
  asksForSecondFactor: ({ acrValues }) => acrValues === '2',
  idToken: ({ username, groups, authenticatedAt, secondFactor }) => ({
    preferred_username: username,
    auth_time: authenticatedAt,
    acr: secondFactor ? '2' : '1',
    group_ids: groups,
    realm_access: { roles: ['offline_access', ...groups.map((id) => `role-of-${id}`)] },
  }),
}

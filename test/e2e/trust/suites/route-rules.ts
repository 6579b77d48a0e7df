import type { PeerName } from '#common/config/index.ts'

/** Routes as the walk names them: component, method, pattern. Of a method of ours only the last part of its name. */
const xrpc = (component: string, methods: string, namespace = 'operation') =>
  new RegExp(`^${component} POST /xrpc/\\S+\\.${namespace}\\.(${methods})$`)

/**
 * What answers everybody, and why it may. Pages answer with a sign-in at the identity provider, or that a link is unknown; those
 * who sign in have no token yet; identity providers are open by nature.
 */
export const openRoutes: readonly RegExp[] = [
  /^\w+ (GET|HEAD) \/healthz$/,
  /^idp /,
  /^directory (GET|HEAD) /, // readers verify logs; nobody believes the directory
  /^pages /,
  /^appview (GET|HEAD) \/\.well-known\/did\.json$/, // the labeler's public keys
  /^gateway (GET|HEAD) \/-\/ping$/,
  /^gateway (GET|HEAD) \/-\/exceptions\/new$/, // leads to a page that asks for a sign-in
  /^gateway (GET|HEAD) \/-\/v1\/done\/:secret$/,
  /^gateway POST \/-\/v1\/login$/,
  /^gateway POST \/-\/oauth\/(device_authorization|token)$/,
  /^gateway PUT \/-\/user\/\*$/, // says that one signs in on a page
]

interface WriteRule {
  routes: RegExp
  /** What it takes. */
  takes: string
  /** Components whose word is enough to be heard; nobody else's is. Undefined where no component is asked at all. */
  peers?: readonly PeerName[]
}

const operations =
  'addPasskey|approvePromotion|claimName|deprecate|enrol|import|publish|publishStaged|purge|purgeUpstream|putAdvisory|putException|putPermission|putSource|putTag|putTeam|putTrustedPublisher|releaseName|removePasskey|requestPromotion|retire|transferName|withdrawPromotion'

/** Every route that writes. A new one is written down here, with what it takes; a test fails until it is. */
export const writeRules: readonly WriteRule[] = [
  {
    routes: xrpc('org', operations),
    takes: 'the IdP’s signature over the operation’s hash, and the person’s word',
    peers: [],
  },
  {
    routes: xrpc('org', 'publishFromCi'),
    takes: 'the word of a trusted publisher’s account, and its job’s ID token or provenance for the bytes',
    peers: [],
  },
  {
    routes: xrpc('people', 'attestFromCi'),
    takes: 'a gateway that brings a job’s ID token or provenance for the bytes',
    peers: ['gateway'],
  },
  {
    routes: xrpc('appview', 'putLabels'),
    takes: 'the IdP’s signature over the operation’s hash, and the person’s word',
    peers: [],
  },
  {
    routes: xrpc('org', 'importVersions|finishImport'),
    takes: 'a list that was approved like an operation',
    peers: ['gateway', 'appliance'],
  },
  { routes: xrpc('org', 'confirmPerson'), takes: 'a person’s ID token; writes nothing', peers: ['appview'] },
  {
    routes: xrpc('org', 'createOrg|resetPasskeys'),
    takes: 'the key of the machine of the box',
    peers: ['appliance', 'people'],
  },
  {
    routes: xrpc('org', 'checkPromotion'),
    takes: 'a gateway that asks in the name of a token; reads, and writes nothing',
    peers: ['gateway'],
  },
  {
    routes: xrpc('people', 'projectAttestations'),
    takes: 'an org PDS, and a promotion with the approvals of two people here',
    peers: ['org'],
  },
  {
    routes: xrpc('appview', 'getPromotionFacts|getPublicRecords', 'registry'),
    takes: 'a question that is too long for an address',
    peers: ['org'],
  },
  {
    routes: xrpc('gateway', 'checkPromotion', 'gateway'),
    takes: 'a token that writes, and the permission to promote; only answers',
    peers: [],
  },
  { routes: xrpc('org', 'sealAudit'), takes: 'a chain that continues what was sealed', peers: ['gateway'] },
  {
    routes: xrpc(
      'people',
      'breakGlass|endBreakGlass|grantName|changeName|withdrawName|registerOrg|resetPasskeys|setPersonStatus',
    ),
    takes: 'the key of the machine of the box',
    peers: ['appliance'],
  },
  {
    routes: xrpc(
      'people',
      'openApproval|openSignIn|redeemApproval|redeemSignIn|requestException|answerExceptionRequest',
    ),
    takes: 'a gateway that asks in the name of a token; opens what a person approves',
    peers: ['gateway'],
  },
  {
    routes: xrpc(
      'appview',
      'importAdvisories|finishAdvisoryImport|selectAdvisories|retryMessages|testNotices',
      'registry',
    ),
    takes: 'the key of the machine of the box',
    peers: ['appliance'],
  },
  {
    routes: xrpc('appview', 'noteStaged', 'registry'),
    takes: 'a gateway that says what it staged; people are told, nothing else comes of it',
    peers: ['gateway'],
  },
  {
    routes: xrpc('appview', 'noteExceptionRequest|noteWaitingName', 'registry'),
    takes: 'the people PDS; people are told, nothing else comes of it',
    peers: ['people'],
  },
  {
    routes: xrpc('appview', 'noteWaitingPromotion', 'registry'),
    takes: 'the org PDS; people are told, nothing else comes of it',
    peers: ['org'],
  },
  {
    routes: xrpc('appview', 'diffPolicy|findAdvisories', 'registry'),
    takes: 'a question that is too long for an address',
    peers: ['gateway', 'appliance'],
  },
  {
    routes: xrpc('gateway', 'setAccess|noteBreakGlass|noteAudit|noteException', 'gateway'),
    takes: 'the people PDS',
    peers: ['people'],
  },
  {
    routes: xrpc(
      'gateway',
      'operate|label|purge|addAdvisory|withdrawAdvisory|import|createToken|revokeToken|requestException|answerExceptionRequest',
      'gateway',
    ),
    takes: 'a token that writes, and then an approval with a second factor',
    peers: [],
  },
  {
    routes: xrpc('gateway', 'exchangeToken', 'gateway'),
    takes: 'the ID token of a job; gives a token that only reads',
  },
  {
    routes: /^gateway POST \/-\/npm\/v1\/oidc\/token\/exchange\/package\/\*$/,
    takes: 'the ID token of a job; gives a token that stages',
  },
  {
    routes: /^gateway (POST|DELETE) \/-\/stage\//,
    takes: 'a token that writes; what is staged takes an approval to be published',
  },
  { routes: /^gateway POST \/-\/npm\/v1\/security\//, takes: 'a token; only answers' },
  {
    routes: /^gateway (PUT|POST|PATCH|DELETE) \/(\*|-\/package\/\*)$/,
    takes: 'a token that writes, and then an approval',
  },
  { routes: /^gateway (PUT|POST|DELETE) \/-\/(org|team)\//, takes: 'a token that writes, and then an approval' },
  { routes: /^gateway POST \/-\/npm\/v1\/(tokens|user)$/, takes: 'a token that writes, and then an approval' },
  {
    routes: /^gateway DELETE \/-\/(npm\/v1\/tokens\/token\/:which|user\/token\/:token)$/,
    takes: 'a token; ends tokens of the same account',
  },
  {
    routes: /^gateway (POST \/-\/v1\/login|POST \/-\/oauth\/\w+|PUT \/-\/user\/\*)$/,
    takes: 'nothing: opens a sign-in that a person confirms',
  },
  { routes: /^directory POST \/:did$/, takes: 'a PDS, and an operation signed by the account’s own key' },
  {
    routes:
      /^pages POST \/(approvals|approve\/:handle|device|exceptions|login\/:handle|passkey\/:state|passkeys|sign-out)$/,
    takes: 'a session, and a form of our own; what counts goes on to the identity provider',
  },
  { routes: /^pages (PUT|DELETE) \/done\/:secret$/, takes: 'nothing: always refused' },
  {
    routes: /^(org|people) (PUT|POST|PATCH|DELETE|QUERY) \/xrpc\/com\.atproto\.repo\.\w+$/,
    takes: 'nothing: always refused',
  },
  { routes: /^idp /, takes: 'the demo’s identity provider: none of ours' },
]

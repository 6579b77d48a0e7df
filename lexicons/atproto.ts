/** The methods of the AT Protocol itself that Atoll calls or answers: https://atproto.com/specs/sync. */
export const atproto = {
  describeServer: 'com.atproto.server.describeServer',
  getBlob: 'com.atproto.sync.getBlob',
  getLatestCommit: 'com.atproto.sync.getLatestCommit',
  getRecord: 'com.atproto.sync.getRecord',
  getRepo: 'com.atproto.sync.getRepo',
  getRepoStatus: 'com.atproto.sync.getRepoStatus',
  listRepos: 'com.atproto.sync.listRepos',
  listReposByCollection: 'com.atproto.sync.listReposByCollection',
  resolveHandle: 'com.atproto.identity.resolveHandle',
  requestCrawl: 'com.atproto.sync.requestCrawl',
  subscribeRepos: 'com.atproto.sync.subscribeRepos',
} as const

export type AtprotoMethod = (typeof atproto)[keyof typeof atproto]

/** What a public PDS answers besides, to anybody. */
export const atprotoPublic = {
  describeRepo: 'com.atproto.repo.describeRepo',
  getBlocks: 'com.atproto.sync.getBlocks',
  getRepoRecord: 'com.atproto.repo.getRecord',
  health: '_health',
  listBlobs: 'com.atproto.sync.listBlobs',
  listRecords: 'com.atproto.repo.listRecords',
  resolveHandle: 'com.atproto.identity.resolveHandle',
} as const

/** The protocol's own ways to write into a repository. Atoll refuses them all: only approved operations write. */
export const atprotoWrites = [
  'com.atproto.repo.applyWrites',
  'com.atproto.repo.createRecord',
  'com.atproto.repo.deleteRecord',
  'com.atproto.repo.importRepo',
  'com.atproto.repo.putRecord',
  'com.atproto.repo.uploadBlob',
] as const

/** How people and tools use a PDS that is none of Atoll's, over its ordinary methods. */
export const atprotoClient = {
  createAccount: 'com.atproto.server.createAccount',
  createRecord: 'com.atproto.repo.createRecord',
  deleteRecord: 'com.atproto.repo.deleteRecord',
  getRecord: 'com.atproto.repo.getRecord',
  putRecord: 'com.atproto.repo.putRecord',
  /** How `updateSubjectStatus` names a whole repository. */
  repoRef: 'com.atproto.admin.defs#repoRef',
  updateHandle: 'com.atproto.identity.updateHandle',
  updateSubjectStatus: 'com.atproto.admin.updateSubjectStatus',
  uploadBlob: 'com.atproto.repo.uploadBlob',
} as const

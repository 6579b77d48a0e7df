/** The methods of the AT Protocol itself that Atoll calls or answers: https://atproto.com/specs/sync. */
export const atproto = {
  getBlob: 'com.atproto.sync.getBlob',
  getLatestCommit: 'com.atproto.sync.getLatestCommit',
  getRecord: 'com.atproto.sync.getRecord',
  getRepo: 'com.atproto.sync.getRepo',
  getRepoStatus: 'com.atproto.sync.getRepoStatus',
  listRepos: 'com.atproto.sync.listRepos',
  subscribeRepos: 'com.atproto.sync.subscribeRepos',
} as const

export type AtprotoMethod = (typeof atproto)[keyof typeof atproto]

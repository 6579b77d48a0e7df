export { Backoff } from './backoff.ts'
export { DropCounter } from './drop-counter.ts'
export type { HostContext } from './host-context.ts'
export { HostFollower } from './host-follower.ts'

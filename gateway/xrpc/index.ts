export { mountXrpc } from './mount-xrpc.ts'

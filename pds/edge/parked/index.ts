export { type ParkedBlob, ParkedBlobs } from './parked-blobs.ts'

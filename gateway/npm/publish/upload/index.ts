export { receiveUpload, type Upload } from './receive-upload.ts'
export { bundleSuffix } from './scan-publish-body.ts'

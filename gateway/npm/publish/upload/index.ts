export { receiveUpload, type Upload } from './receive-upload.ts'

export { type DirectoryConfig, directoryConfigSchema } from './config.ts'
export { Directory } from './directory.ts'

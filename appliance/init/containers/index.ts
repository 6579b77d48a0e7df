export { databaseJobSchema, renderDeployment } from './render-deployment.ts'
export { type Owners, writeDeployment } from './write-deployment.ts'

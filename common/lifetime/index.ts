export { Lifetime } from './lifetime.ts'

export { type Binding, Bindings } from './bindings.ts'

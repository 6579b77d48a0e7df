export { asymmetricAlgorithms, ProviderKeys } from './provider-keys.ts'

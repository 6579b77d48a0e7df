export { mountAdvisories } from './mount-advisories.ts'

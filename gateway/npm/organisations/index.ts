export { mountOrganisations } from './mount-organisations.ts'

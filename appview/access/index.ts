export { accessOf, type PackageAccess } from './access-of.ts'
export { peopleOf, peopleOfPackage, peopleOfTeam } from './people-of.ts'

export { type PeopleConfig, peopleConfigSchema } from './config.ts'
export { PeoplePds } from './people-pds.ts'

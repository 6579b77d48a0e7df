export { createPersonAt } from './person.ts'
export { documentedCommands, type Recipe, secret, startRecipes } from './recipes.ts'
export { type PersonThere, ShapedProvider } from './shaped-provider.ts'
export { entra, google, keycloak, okta, type Shape } from './shapes.ts'

/** Names of the kind that everybody's registry has, which are this company's here. */
export const classicScope = '@acme/*'
export const classicNames = [classicScope, 'quokka-thing']
/** What is published under them. */
export const classicPackages = ['@acme/quokka-core', 'quokka-thing']

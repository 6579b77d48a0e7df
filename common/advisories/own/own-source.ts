/** Source of advisories that organisations of the registry wrote, by their records. Nothing is imported under this name. */
export const ownSource = 'own'

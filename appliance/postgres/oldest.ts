/** The major version below which a server is refused: before it, everybody could create things in the schema `public`. */
export const oldestPostgres = 15

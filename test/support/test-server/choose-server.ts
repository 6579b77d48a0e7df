/** Where the Postgres comes from that the tests of a run share. */
export type ServerChoice = { from: 'url'; url: string } | { from: 'container' } | { from: 'binaries' }

/**
 * What somebody gives goes first, then a container where a Docker engine answers, then the binaries the box itself runs.
 * @param env ATOLL_TEST_DATABASE_URL stands over DATABASE_URL, which may be meant for another program
 * @param engineAnswers asked only when nothing is given
 */
export async function chooseServer(
  env: NodeJS.ProcessEnv,
  engineAnswers: () => Promise<boolean>,
): Promise<ServerChoice> {
  const url = [env['ATOLL_TEST_DATABASE_URL'], env['DATABASE_URL']].find((given) => given !== undefined && given !== '')
  if (url !== undefined) return { from: 'url', url }
  return (await engineAnswers()) ? { from: 'container' } : { from: 'binaries' }
}

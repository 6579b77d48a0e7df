import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('managers')

/** Somebody can give rights in each organisation, by themselves and not by break-glass. */
export const checkManagers: Check = ({ orgs, breakGlass }) => {
  if (orgs === undefined) return []
  const alone = orgs.filter(({ managed }) => managed === 'by-nobody')
  const byGroups = orgs.filter(({ managed }) => managed === 'perhaps-by-groups')
  const findings = [
    ...alone.map(({ handle }) =>
      fail(
        `nobody who is not disabled manages ${handle}`,
        `atoll break-glass grant <handle> --org ${handle} --for 1h --reason "…"`,
      ),
    ),
    ...byGroups.map(({ handle }) =>
      warn(
        `${handle} is managed by members of groups alone, if at all`,
        'make sure that somebody is in them: "atoll team list"',
      ),
    ),
    ...(breakGlass ?? []).map(({ handle, orgHandle }) =>
      warn(
        `${handle ?? 'somebody'} manages ${orgHandle} by break-glass`,
        'end it when it is not needed: "atoll break-glass end"',
      ),
    ),
  ]
  return findings.length > 0 ? findings : [ok(`each organisation (${orgs.length}) has somebody who manages it`)]
}

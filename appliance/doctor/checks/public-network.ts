import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn } = about('public-network')

/** What is mirrored goes on being served while nobody tells of news. */
export const checkPublicNetwork: Check = ({ status: { publicRelays, figures } }) => {
  if (publicRelays.length === 0) return []
  const figure = (name: string) =>
    figures.find((one) => one.component === 'appview' && one.figure === `public.${name}`)?.value ?? 0
  const away = publicRelays.filter(({ state }) => state === 'away')
  const findings = [
    ...away.map(({ relay }) =>
      warn(
        `${relay} is not followed: ${away.length < publicRelays.length ? 'what it alone tells' : 'what is new there'} is missing`,
        'check publicNetwork.relays and network.proxy; the box tries again by itself, and reads on where it was',
      ),
    ),
    ...(figure('waiting') === 0
      ? []
      : [
          warn(
            `${figure('waiting')} public accounts wait for their repository to be read`,
            'wait: the AppView tries again by itself; its log says which PDS does not answer',
          ),
        ]),
  ]
  if (findings.length > 0) return findings
  const said = `${figure('packages')} packages of ${figure('accounts')} accounts`
  return [ok(`${publicRelays.map(({ relay }) => relay).join(', ')} followed; ${said} are mirrored`)]
}

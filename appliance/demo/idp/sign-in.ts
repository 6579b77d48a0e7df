import type { IncomingMessage, ServerResponse } from 'node:http'
import { LRUCache } from 'lru-cache'
import type { Provider } from 'oidc-provider'
import type { Html } from './html.ts'
import { codePage, passwordPage } from './pages.ts'
import { type DemoPerson, findPerson, secondFactor, subjectOf } from './people.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

/** Somebody who gave their password and owes the code. */
interface Halfway {
  person: DemoPerson
  wrongCodes: number
}

const maxWrongCodes = 5

/** The two pages somebody goes through: password, then one-time code. */
export class SignIn {
  readonly #provider: Provider
  readonly #seed: string
  readonly #halfway = new LRUCache<string, Halfway>({ max: 1_000, ttl: 600_000 })

  constructor(provider: Provider, seed: string) {
    this.#provider = provider
    this.#seed = seed
  }

  /** @throws SessionNotFound (oidc-provider) when the browser has no sign-in under way */
  async show({ request, response }: Exchange): Promise<Html> {
    const { uid, params } = await this.#provider.interactionDetails(request, response)
    const halfway = this.#halfway.get(uid)
    if (halfway !== undefined) return this.#askForCode(halfway.person)
    return passwordPage({ username: typeof params['login_hint'] === 'string' ? params['login_hint'] : '' })
  }

  /** @returns the next page, or undefined when the browser was sent on, signed in */
  async answer({ request, response }: Exchange, form: URLSearchParams): Promise<Html | undefined> {
    const interaction = await this.#provider.interactionDetails(request, response)
    const halfway = this.#halfway.get(interaction.uid)
    if (halfway === undefined) return this.#checkPassword(interaction.uid, form)
    const code = form.get('code')?.trim() ?? ''
    // A code counts for the whole half minute: somebody who signs in and then publishes should not have to wait.
    const valid = secondFactor(halfway.person, this.#seed).validate({ token: code, window: 1 }) !== null
    if (!valid) return this.#refuseCode(interaction.uid, halfway)
    this.#halfway.delete(interaction.uid)
    await this.#forgetOther(interaction, halfway.person)
    const login = { accountId: subjectOf(halfway.person, this.#seed), amr: ['pwd', 'otp', 'mfa'], acr: 'mfa' }
    await this.#provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
    return undefined
  }

  #checkPassword(uid: string, form: URLSearchParams): Html {
    const username = form.get('username')?.trim().toLowerCase() ?? ''
    const person = findPerson(username)
    if (person === undefined || form.get('password') !== person.password) {
      return passwordPage({ username, problem: 'User name or password is wrong. Both are in the table below.' })
    }
    this.#halfway.set(uid, { person, wrongCodes: 0 })
    return this.#askForCode(person)
  }

  #refuseCode(uid: string, halfway: Halfway): Html {
    const wrongCodes = halfway.wrongCodes + 1
    if (wrongCodes >= maxWrongCodes) {
      this.#halfway.delete(uid)
      return passwordPage({ username: halfway.person.username, problem: 'Too many wrong codes: start again.' })
    }
    this.#halfway.set(uid, { ...halfway, wrongCodes })
    return this.#askForCode(halfway.person, 'This code is wrong, or no longer valid.')
  }

  #askForCode(person: DemoPerson, problem?: string): Html {
    const factor = secondFactor(person, this.#seed)
    const secondsLeft = Math.ceil(factor.remaining() / 1000)
    return codePage(person, { secret: factor.secret.base32, code: factor.generate(), secondsLeft }, problem)
  }

  /** One browser, two people after one another, as happens in a demo: the provider would ask to log out first. */
  async #forgetOther(interaction: Interaction, person: DemoPerson): Promise<void> {
    const { session: origin } = interaction
    if (origin?.accountId === undefined || origin.accountId === subjectOf(person, this.#seed)) return
    const session = await this.#provider.Session.findByUid(origin.uid)
    if (session !== undefined) {
      delete session.accountId
      session.authorizations = {}
      await session.persist()
    }
    interaction.session = undefined
    await interaction.persist()
  }
}

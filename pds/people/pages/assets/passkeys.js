// Runs in the browser, on the pages where passkeys are used: the form's button asks the authenticator first, and the form takes
// its answer along.

/** What an authenticator is asked for, by the name that the form gives it. */
const ceremonies = {
  create: globalThis.SimpleWebAuthnBrowser.startRegistration,
  get: globalThis.SimpleWebAuthnBrowser.startAuthentication,
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const status = form.querySelector('[role=status]')
  const button = form.querySelector('button')
  if (!globalThis.SimpleWebAuthnBrowser.browserSupportsWebAuthn()) {
    status.textContent = 'This browser cannot use passkeys. Use another one, or another device.'
    button.disabled = true
    continue
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    status.textContent = 'Follow your browser, or touch your security key.'
    try {
      const answer = await ceremonies[form.dataset.passkey]({ optionsJSON: JSON.parse(form.dataset.options) })
      form.elements.namedItem('passkey').value = JSON.stringify(answer)
      form.submit()
    } catch (error) {
      // A page that a browser brings back from its memory must not be stuck.
      button.disabled = false
      status.textContent = describe(error)
    }
  })
}

function describe(error) {
  if (error.name === 'InvalidStateError') return 'This device has a passkey of yours here already.'
  if (error.name === 'NotAllowedError') return 'It was cancelled, or took too long. You can try again.'
  return `It did not work: ${error.message}`
}

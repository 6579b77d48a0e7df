import { type Html, html } from './html.ts'
import { type DemoPerson, demoPeople } from './people.ts'

/** First page: who, and the first factor. @param problem what was wrong with the last try */
export function passwordPage({ username, problem }: { username: string; problem?: string | undefined }): Html {
  return page(
    'Sign in',
    html`
${problemBox(problem)}
<form method="post">
  <label for="username">User name</label>
  <input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" required autofocus>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required>
  <button>Continue</button>
</form>
<table>
  <caption>This is a demo: anybody may be anybody.</caption>
  <thead><tr><th scope="col">User name</th><th scope="col">Password</th><th scope="col">Role</th></tr></thead>
  <tbody>${demoPeople.map(
    (person) =>
      html`<tr><td>${person.username}</td><td><code>${person.password}</code></td><td>${person.role}</td></tr>`,
  )}</tbody>
</table>`,
  )
}

/** Second page: the one-time code. @param factor what an authenticator app would hold and show */
export function codePage(
  person: DemoPerson,
  factor: { secret: string; code: string; secondsLeft: number },
  problem?: string,
): Html {
  return page(
    'Second factor',
    html`
${problemBox(problem)}
<form method="post">
  <p>Signing in as <strong>${person.name}</strong> (${person.username}).</p>
  <label for="code">One-time code</label>
  <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required autofocus>
  <button>Sign in</button>
</form>
<dl>
  <dt>Current code (demo)</dt><dd><output>${factor.code}</output>, for ${factor.secondsLeft} more seconds; reload for the next</dd>
  <dt>Secret for your authenticator app (demo)</dt><dd><code>${factor.secret}</code></dd>
</dl>`,
  )
}

export function refusalPage(reason: string): Html {
  return page('This does not work', html`<p role="alert">${reason}</p>`)
}

function problemBox(problem: string | undefined): Html {
  return problem === undefined ? html`` : html`<p role="alert" class="problem">${problem}</p>`
}

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Atoll demo identity provider</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
<p class="brand">Atoll demo identity provider</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
}

/** Inline, so that the page is one request and its policy can name its hash. */
export const style = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1b1c1f; --line: #cfd3d9; --accent: #5b3cc4; --on-accent: #fff; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --bg: #17181b; --fg: #e8e9eb; --line: #42464d; --accent: #c4b5fd; --on-accent: #1a1033; --bad: #ffb4ab } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: var(--bg); color: var(--fg) }
main { max-width: 26rem; margin: 3rem auto; padding: 0 1rem }
h1 { margin: 0 0 1rem; font-size: 1.5rem }
.brand { margin: 0; color: var(--accent); font-weight: 600 }
label { display: block; margin-top: .75rem; font-weight: 600 }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; min-height: 2.75rem; border: 1px solid var(--fg); border-radius: .25rem; background: var(--bg); color: var(--fg) }
button { margin-top: 1rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
:focus-visible { outline: .2rem solid var(--accent); outline-offset: .15rem }
.problem { border-left: .3rem solid var(--bad); padding-left: .75rem }
table { margin-top: 2rem; width: 100%; border-collapse: collapse; text-align: left }
caption { text-align: left; padding-bottom: .5rem }
th, td { padding: .25rem 0; border-bottom: 1px solid var(--line) }
dl { margin-top: 2rem }
dd { margin: 0 0 .75rem; overflow-wrap: anywhere }
`

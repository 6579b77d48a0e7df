import { sha256 } from '#common/crypto/index.ts'

/** The only style there is; pages carry it, and their policy allows it by this hash and no other. */
export const styles = `
:root{color-scheme:light dark;--accent:#0b57d0;--warn:#8a4b00;--line:#8884}
@media(prefers-color-scheme:dark){:root{--accent:#8ab4f8;--warn:#ffb870}}
body{font:1rem/1.5 system-ui,sans-serif;margin:0}
main{max-width:44rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.5rem;line-height:1.25}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
code,.code{font-family:ui-monospace,monospace}
.code{font-size:1.75rem;letter-spacing:.05em;user-select:all}
.warning{border-left:.25rem solid var(--warn);padding:.25rem 1rem}
form{display:inline-block;margin:1rem .5rem 0 0}
button{font:inherit;padding:.5rem 1.25rem;border:1px solid var(--line);border-radius:.25rem;background:none;color:inherit;cursor:pointer}
button.primary{background:var(--accent);border-color:var(--accent);color:Canvas}
table{border-collapse:collapse;margin:1rem 0;table-layout:fixed;width:100%}
caption{font-weight:600;text-align:start}
th,td{border-bottom:1px solid var(--line);padding:.25rem .75rem .25rem 0;text-align:start;vertical-align:top;overflow-wrap:anywhere}
thead th{font-weight:400}
ul{padding-left:1.25rem;overflow-wrap:anywhere}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}
`

export const stylesHash = `'sha256-${sha256(styles).toString('base64')}'`

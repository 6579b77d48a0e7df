import { sha256 } from '#common/crypto/index.ts'

/** The only style there is; pages carry it, and their policy allows it by this hash and no other. */
export const styles = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1c1f;--soft:#f4f5f7;--muted:#565b63;--line:#cfd3d9;--accent:#0b57d0;--on-accent:#fff;--warn:#8a4b00;--warn-bg:#fff4e5}
@media(prefers-color-scheme:dark){:root{--bg:#17181b;--fg:#e8e9eb;--soft:#202226;--muted:#abb0b8;--line:#42464d;--accent:#8ab4f8;--on-accent:#0b1320;--warn:#ffb870;--warn-bg:#2d2317}}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:var(--bg);color:var(--fg)}
main{max-width:44rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
a{color:var(--accent)}
:focus-visible{outline:.2rem solid var(--accent);outline-offset:.15rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
@media(max-width:32rem){dl{display:block}dt{margin-top:.5rem}}
code,.code{font-family:ui-monospace,monospace}
.code{font-size:1.5rem;letter-spacing:.05em;user-select:all;background:var(--soft);padding:.5rem 1rem;border-radius:.25rem;overflow-wrap:anywhere}
.warning{border-left:.25rem solid var(--warn);background:var(--warn-bg);padding:.5rem 1rem;border-radius:0 .25rem .25rem 0}
form{display:inline-block;margin:1rem .5rem 0 0;max-width:100%}
fieldset{border:1px solid var(--line);border-radius:.25rem;margin:0 0 1rem;min-width:0}
ul.plain{list-style:none;padding:0}
ul.plain>li{border-bottom:1px solid var(--line);padding:.5rem 0}
label{font-weight:600}
input[type=text],input[type=number],select,textarea{font:inherit;display:block;width:24ch;max-width:calc(100% - 1.5rem - 2px);box-sizing:content-box;margin:.25rem 0 1rem;padding:.5rem .75rem;border:1px solid var(--muted);border-radius:.25rem;background:var(--bg);color:inherit}
input[type=number]{width:8ch}
textarea{width:60ch}
input.typed-code{width:14ch;text-transform:uppercase;letter-spacing:.05em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
button{font:inherit;min-height:2.75rem;padding:.5rem 1.25rem;border:1px solid var(--muted);border-radius:.25rem;background:none;color:inherit;cursor:pointer}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:600}
table{border-collapse:collapse;margin:1rem 0;table-layout:fixed;width:100%}
caption{font-weight:600;text-align:start}
th,td{border-bottom:1px solid var(--line);padding:.25rem .75rem .25rem 0;text-align:start;vertical-align:top;overflow-wrap:anywhere}
thead th{font-weight:400;color:var(--muted)}
ul{padding-left:1.25rem;overflow-wrap:anywhere}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.5rem;color:var(--muted)}
`

export const stylesHash = `'sha256-${sha256(styles).toString('base64')}'`

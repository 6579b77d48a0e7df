/** Text that is HTML already. */
export interface Html {
  html: string
}

/** Builds HTML; whatever is put in is escaped unless it is HTML itself. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  const written = values.map((value) => {
    if (Array.isArray(value)) return value.map((item) => item.html).join('')
    return typeof value === 'object' ? value.html : escapeText(String(value))
  })
  return { html: String.raw({ raw: parts }, ...written) }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

// Proxies in front take headers of a few kilobytes in all.
const maxLength = 2_000

/** What npm and deno print beside what they do (npm-registry-fetch, check-response.js). @returns no header for nothing to say */
export function npmNotice(sentences: readonly string[] = []): Record<string, string> {
  // Reasons are other people's words, and a header takes neither line breaks nor letters beyond Latin-1.
  const text = sentences
    .join('; ')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, maxLength)
  return text === '' ? {} : { 'npm-notice': text }
}

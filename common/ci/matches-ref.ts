/**
 * Whether a ref is one that a trusted publisher's jobs may run for: `*` stands for anything but a slash, `**` for anything. Without a
 * pattern it is any branch and any tag, and never the ref of somebody's pull or merge request.
 */
export function matchesRef(ref: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/')
  const parts = pattern.split('**').map((part) => part.split('*').map(literally).join('[^/]*'))
  return new RegExp(`^${parts.join('.*')}$`).test(ref)
}

function literally(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}

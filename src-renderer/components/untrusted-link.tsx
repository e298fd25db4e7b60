import type { ReactNode } from 'react'

/** An address that came with an event: followed only when it is http(s), and told nothing about this page. */
export function UntrustedLink({ href, children }: { href: string; children: ReactNode }) {
  if (!/^https?:\/\//i.test(href)) return <span>{children}</span>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" title={href}>
      {children} <span aria-hidden="true">↗</span>
    </a>
  )
}

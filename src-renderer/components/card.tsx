import type { ReactNode } from 'react'

export interface CardProps {
  heading: string
  /** Beside the heading, at the right. */
  aside?: ReactNode
  children: ReactNode
}

/** A part of the incident's pane. */
export function Card({ heading, aside, children }: CardProps) {
  return (
    <section className="card" aria-label={heading}>
      <header>
        <h3>{heading}</h3>
        {aside !== undefined && <div className="aside">{aside}</div>}
      </header>
      {children}
    </section>
  )
}

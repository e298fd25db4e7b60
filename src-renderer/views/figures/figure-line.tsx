import type { ReactNode } from 'react'
import { Offenders } from './offenders.tsx'

export interface FigureLineProps {
  name: string
  value: string
  /** The offenders behind it. */
  children?: readonly ReactNode[]
}

/** A figure that is only counted. */
export function FigureLine({ name, value, children = [] }: FigureLineProps) {
  return (
    <li className="figure-line">
      <span>{name}</span>
      <b>{value}</b>
      <Offenders>{children}</Offenders>
    </li>
  )
}

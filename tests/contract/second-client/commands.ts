/** What an operator wants. */
export type CommandBody =
  | { readonly kind: 'acknowledge' | 'unacknowledge' | 'resolve' | 'summarise'; readonly incidentId: string }
  | { readonly kind: 'note'; readonly incidentId: string; readonly text: string }

/** An operator's action, as it is sent, as often as it takes. */
export interface Command {
  readonly id: string
  readonly clientId: string
  readonly number: number
  readonly author: string
  readonly issuedAt: number
  readonly body: CommandBody
}

import type { Role } from '../../src-shared/protocol/frames.ts'

export interface TokenMaker {
  revoke(name: string): boolean
  create(name: string, role: Role): string
}

/** A new token for this name, in place of the one of an earlier start: a source is known by its name, not by its token. */
export function demoToken(tokens: TokenMaker, name: string, role: Role): string {
  tokens.revoke(name)
  return tokens.create(name, role)
}

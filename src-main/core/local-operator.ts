import { userInfo } from 'node:os'

/** Who acts on the bundled server: the name that the operating system has for whoever started the console. */
export function localOperatorName(): string {
  try {
    return userInfo().username.slice(0, 200) || 'operator'
  } catch {
    // Some containers have no name for their user.
    return 'operator'
  }
}

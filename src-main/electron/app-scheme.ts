import { protocol } from 'electron'

export const appScheme = 'app'
export const appOrigin = `${appScheme}://watchfloor`

/** Must run before the app is ready: makes the scheme a proper, secure origin of its own. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true } }])
}

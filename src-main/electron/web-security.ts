import { app, session, shell, type WebContents } from 'electron'

/** Denies every page of this app what it does not need: permissions, navigation, windows, web views. */
export function lockDownPages(): void {
  const pages = session.defaultSession
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  pages.setPermissionCheckHandler(() => false)
  pages.setDevicePermissionHandler(() => false)
  app.on('web-contents-created', (_event, contents) => lockDown(contents))
}

function lockDown(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    // A runbook or a graph: its place is the operator's browser.
    if (isWebAddress(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

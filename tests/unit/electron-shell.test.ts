import { describe, expect, it } from 'vitest'
import { askableAddress, proxyFromRules } from '../../src-main/electron/proxy-rules.ts'
import { readShellOptions } from '../../src-main/electron/shell-options.ts'
import { placeWindow } from '../../src-main/electron/window-state.ts'

describe('the app’s arguments', () => {
  it('are found among those of Chromium and Electron', () => {
    const args = ['--inspect=0', '--remote-debugging-port=0', '/opt/app', '--data-dir', '/data/one', '--demo']
    expect(readShellOptions(args, {})).toEqual({
      dataDir: '/data/one',
      standalone: true,
      demo: true,
      server: null,
      tls: {},
      sqliteBinding: null,
    })
  })

  it('take the token from the environment, where no list of processes shows it', () => {
    const options = readShellOptions(['.', '--server=https://noc.example'], { WATCHFLOOR_TOKEN: 'wf_secret' })
    expect(options).toMatchObject({
      standalone: false,
      server: { url: 'https://noc.example', token: 'wf_secret' },
    })
  })

  it('name the certificates of a company', () => {
    const args = ['.', '--ca', 'ca.pem', '--cert=me.pem', '--key', 'me.key']
    const { tls } = readShellOptions(args, { WATCHFLOOR_KEY_PASSPHRASE: 'open' })
    expect(tls).toEqual({ caFile: 'ca.pem', certFile: 'me.pem', keyFile: 'me.key', passphrase: 'open' })
  })

  it('leave everything to its default without any', () => {
    expect(readShellOptions(['.'], {})).toMatchObject({
      dataDir: null,
      standalone: false,
      demo: false,
      server: null,
    })
  })
})

describe('the way through a proxy', () => {
  it.each([
    ['DIRECT', null],
    ['PROXY proxy.example:3128; DIRECT', 'http://proxy.example:3128'],
    ['HTTPS proxy.example:443', 'https://proxy.example:443'],
    ['SOCKS5 proxy.example:1080; PROXY other:1', 'socks5://proxy.example:1080'],
    ['DIRECT; PROXY proxy.example:3128', null],
    ['', null],
  ])('is the first that the rules name: %s', (rules, expected) => {
    expect(proxyFromRules(rules)).toBe(expected)
  })

  it('is asked for with the address that a proxy script knows', () => {
    expect(askableAddress('wss://noc.example/v1/stream')).toBe('https://noc.example/v1/stream')
    expect(askableAddress('ws://noc.example/v1/stream')).toBe('http://noc.example/v1/stream')
    expect(askableAddress('https://noc.example/')).toBe('https://noc.example/')
  })
})

describe('the place of the window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const beside = { x: 1920, y: 0, width: 2560, height: 1440 }
  const bounds = { x: 2000, y: 100, width: 1700, height: 1000 }

  it('is where it was', () => {
    expect(placeWindow({ bounds, isMaximized: true }, [screen, beside])).toEqual({
      bounds,
      isMaximized: true,
    })
  })

  it('is the middle of the first screen when its own is gone, or when it never was anywhere', () => {
    const middle = { bounds: { x: 160, y: 65, width: 1600, height: 950 }, isMaximized: false }
    expect(placeWindow({ bounds, isMaximized: true }, [screen])).toEqual(middle)
    expect(placeWindow(null, [screen, beside])).toEqual(middle)
  })

  it('is never larger than the screen, and never too small to read', () => {
    const laptop = { x: 0, y: 0, width: 1280, height: 720 }
    expect(placeWindow(null, [laptop]).bounds).toEqual(laptop)
    const tiny = { bounds: { x: 10, y: 10, width: 200, height: 90 }, isMaximized: false }
    expect(placeWindow(tiny, [laptop]).bounds).toMatchObject({ width: 960, height: 600 })
  })
})

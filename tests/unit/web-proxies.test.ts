import { describe, expect, it } from 'vitest'
import { createEnvironmentProxies } from '../../src-main/web/proxy-from-environment.ts'

const proxy = 'http://mira:secret@proxy.example:3128'

const proxyFor = (url: string, env: Record<string, string>) => createEnvironmentProxies(env).proxyFor(url)

describe('the proxy that the environment names', () => {
  it('is the one for the scheme, in either case, or the one for all', async () => {
    expect(await proxyFor('https://incidents.example', { https_proxy: proxy })).toBe(proxy)
    expect(await proxyFor('https://incidents.example', { HTTPS_PROXY: proxy })).toBe(proxy)
    expect(await proxyFor('http://incidents.example', { https_proxy: proxy })).toBeNull()
    expect(await proxyFor('http://incidents.example', { ALL_PROXY: 'proxy.example:3128' })).toBe(
      'http://proxy.example:3128',
    )
  })

  it('is none for what is exempt, and never for this machine', async () => {
    const exempt = (url: string, rules: string) =>
      proxyFor(url, { all_proxy: proxy, no_proxy: rules }).then((found) => found === null)
    expect(await exempt('https://incidents.example', 'other.example, .example')).toBe(true)
    expect(await exempt('https://incidents.example', '*.example')).toBe(true)
    expect(await exempt('https://incidents.example', 'incidents.example:8443')).toBe(false)
    expect(await exempt('https://incidents.example', 'incidents.example:443')).toBe(true)
    expect(await exempt('https://my-incidents.example', 'incidents.example')).toBe(false)
    expect(await exempt('https://10.0.0.7', '10.0.0.7')).toBe(true)
    expect(await exempt('https://incidents.example', '*')).toBe(true)
    expect(await exempt('http://127.0.0.1:4000', '')).toBe(true)
    expect(await exempt('http://localhost:4000', '')).toBe(true)
  })
})

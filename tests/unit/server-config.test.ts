import { describe, expect, it } from 'vitest'
import { helpText, readCommandLine } from '../../src-server/cli/command-line.ts'
import { configNames, envName, flagName, readConfig } from '../../src-server/config.ts'

describe('the configuration', () => {
  it('takes flags before the environment, and the environment before defaults', () => {
    const env = { WATCHFLOOR_PORT: '1', WATCHFLOOR_HEARTBEAT_MS: '150', WATCHFLOOR_HOST: '' }
    expect(readConfig({ port: '2' }, env)).toMatchObject({
      ok: true,
      value: { port: 2, heartbeatMs: 150, host: '127.0.0.1', sqliteSynchronous: 'FULL', settleMs: 30_000 },
    })
  })

  it('names the flag and the variable of each wrong value', () => {
    const read = readConfig(
      { port: 'http' },
      { WATCHFLOOR_DEAD_MS: '0', WATCHFLOOR_BOOTSTRAP_TOKEN: 'short' },
    )
    expect(read).toMatchObject({ ok: false })
    if (read.ok) return
    expect(read.message).toContain('--port (WATCHFLOOR_PORT)')
    expect(read.message).toContain('--dead-ms (WATCHFLOOR_DEAD_MS)')
    expect(read.message).toContain('WATCHFLOOR_BOOTSTRAP_TOKEN): must have at least 16 characters')
  })
})

describe('the command line', () => {
  it('starts a server without a command', () => {
    for (const args of [['--demo'], ['server', '--demo']]) {
      expect(readCommandLine(args, {})).toMatchObject({
        ok: true,
        value: { command: 'serve', config: { demo: true } },
      })
    }
  })

  it('understands the token commands', () => {
    const args = ['tokens', 'create', '--data-dir', 'd', '--name', 'mira', '--role', 'responder']
    expect(readCommandLine(args, {})).toMatchObject({
      ok: true,
      value: {
        command: 'tokens',
        task: { action: 'create', name: 'mira', role: 'responder' },
        config: { dataDir: 'd' },
      },
    })
  })

  it.each([
    [['tokens', 'create', '--name', 'mira'], '--role'],
    [['tokens', 'create', '--role', 'king', '--name', 'mira'], 'viewer, responder, admin, source'],
    [['tokens', 'create', '--role', 'viewer'], '--name'],
    [['tokens', 'create', '--role', 'viewer', '--name', ' '], '--name'],
    [['tokens', 'create', '--role', 'viewer', '--name', 'x'.repeat(201)], '200 is the most'],
    [['tokens', 'create', '--role', 'viewer', '--name', 'a\tb'], '--name has a tab'],
    [['--search-index', 'maybe'], '--search-index (WATCHFLOOR_SEARCH_INDEX): must be true or false'],
    [['tokens'], 'tokens create'],
    [['dance'], 'unknown command dance'],
    [['--colour', 'red'], '--colour'],
    [['server', 'twice'], 'unknown command'],
  ])('refuses %j in words', (args, words) => {
    const read = readCommandLine(args, {})
    expect(read.ok).toBe(false)
    if (!read.ok) expect(read.message).toContain(words)
  })

  it('names every option in its help', () => {
    const help = helpText()
    const missing = configNames.filter(
      (name) => !help.includes(`--${flagName(name)}`) && !help.includes(envName(name)),
    )
    expect(missing).toEqual([])
  })

  it('says in its help what holds where nothing is given', () => {
    const lines = helpText().split('\n')
    const line = (option: string) => lines.find((each) => each.startsWith(`  --${option} `))
    expect(line('settle-ms')).toMatch(/ \[30000\]$/)
    expect(line('data-dir')).toMatch(/ \[watchfloor-data\]$/)
    expect(line('search-index')).toMatch(/ \[true\]$/)
    for (const without of ['demo', 'rules', 'allow-origin']) expect(line(without)).not.toContain('[')
  })
})

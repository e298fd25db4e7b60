import react from '@vitejs/plugin-react'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type EnvironmentOptions } from 'vite'

/**
 * `vite build --app` makes all of dist/ in one go:
 *
 *   dist/renderer/            the page, the same bundle for both shells
 *   dist/server/main.js       the incident server
 *   dist/server/search-worker.js  its search's thread
 *   dist/web/main.js          the web shell
 *   dist/electron/main.js     the Electron shell, and preload.cjs beside it
 *   dist/core/store-worker.js the core's SQLite worker; a shell in dist/<shell>/ hands the core
 *                             `new URL('../core/store-worker.js', import.meta.url)`, and in source the core
 *                             finds src-main/core/store/worker.ts by itself
 *
 * Programs keep their packages outside of the bundle (node_modules, external); only the preload script is
 * whole, because a sandboxed one can require nothing but Electron.
 */

const root = fileURLToPath(new URL('.', import.meta.url))

interface Program {
  /** The entry, from the root of the project. */
  source: string
  /** The folder below dist/. */
  folder: string
  file: string
  format?: 'es' | 'cjs'
}

function program({ source, folder, file, format = 'es' }: Program): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: format === 'es' ? { external: true } : { noExternal: true },
    build: {
      target: 'node20',
      outDir: `${root}dist/${folder}`,
      emptyOutDir: false,
      copyPublicDir: false,
      minify: false,
      sourcemap: true,
      reportCompressedSize: false,
      rolldownOptions: {
        input: `${root}${source}`,
        external: ['electron', /^electron\//],
        output: { format, entryFileNames: file, chunkFileNames: '[name].js' },
      },
    },
  }
}

const programs: Record<string, Program> = {
  server: { source: 'src-server/main.ts', folder: 'server', file: 'main.js' },
  searchWorker: { source: 'src-server/search/search-worker.ts', folder: 'server', file: 'search-worker.js' },
  web: { source: 'src-main/web/main.ts', folder: 'web', file: 'main.js' },
  electron: { source: 'src-main/electron/main.ts', folder: 'electron', file: 'main.js' },
  preload: { source: 'src-main/electron/preload.ts', folder: 'electron', file: 'preload.cjs', format: 'cjs' },
  storeWorker: { source: 'src-main/core/store/worker.ts', folder: 'core', file: 'store-worker.js' },
}

export default defineConfig({
  root: `${root}src-renderer`,
  base: './',
  publicDir: false,
  cacheDir: `${root}node_modules/.cache/vite`,
  plugins: [react()],
  build: {
    outDir: `${root}dist/renderer`,
    emptyOutDir: true,
    sourcemap: true,
    reportCompressedSize: false,
    // An inlined asset would be a data: address, which the Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In kB. It comes from this machine's disk: what the warning is about, waiting for a network, does not happen.
    chunkSizeWarningLimit: 1_000,
  },
  environments: Object.fromEntries(Object.entries(programs).map(([name, each]) => [name, program(each)])),
  builder: {
    buildApp: async (builder) => {
      const missing = Object.values(programs).filter((each) => !existsSync(`${root}${each.source}`))
      if (missing.length > 0)
        throw new Error(`nothing to build: ${missing.map((each) => each.source).join(', ')}`)
      for (const environment of Object.values(builder.environments)) {
        if (environment.name !== 'ssr') await builder.build(environment)
      }
    },
  },
})

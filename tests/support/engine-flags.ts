/** For processes whose threads read TypeScript: without it one in about a thousand such threads ends in a SIGSEGV (src-server/start.js says why). */
export const engineFlags: readonly string[] = ['--wasm-wrapper-tiering-budget=1000000000']

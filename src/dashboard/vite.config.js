import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

/** The page, built into dist/dashboard; `npx vite src/dashboard` serves it while it is worked on, beside a Nightjar on port 8080. */
export default defineConfig({
  // The page may be behind a proxy that adds a path.
  base: './',
  build: {
    outDir: fileURLToPath(new URL('../../dist/dashboard', import.meta.url)),
    emptyOutDir: true,
    // What knows light-dark() knows everything else that the page uses.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The polyfill would be an inline script, which the page's own policy forbids.
    modulePreload: { polyfill: false },
    // Everything by address: no font or picture inside a style sheet.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/ws': { target: 'ws://127.0.0.1:8080', ws: true } } },
});

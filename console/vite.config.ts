import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the sources and passes the API on to a node that runs on this address.
const node = process.env.MILLRACE_NODE ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // the content security policy knows no data: URLs
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'THIRD-PARTY.md' },
  },
  server: { proxy: { '/api': { target: node, changeOrigin: true }, '/health': { target: node, changeOrigin: true } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})

import { defineConfig } from '@playwright/test'

// Run by ConsoleTest of the module cli, which starts what the specs look at:
//   MILLRACE_URL        the node
//   MILLRACE_CONTROL    what restarts it, fills its store and so on
//   MILLRACE_WALLS      another node, whose processors cannot handle some events
//   MILLRACE_CHROMIUM   the browser
//   MILLRACE_RESULTS    where the results go, for JUnit
export default defineConfig({
  testDir: 'e2e',
  outputDir: process.env.MILLRACE_RESULTS ? `${process.env.MILLRACE_RESULTS}.d` : 'target/e2e',
  workers: 1,
  retries: 0,
  timeout: 40_000,
  expect: { timeout: 15_000 },
  reporter: process.env.MILLRACE_RESULTS ? [['json', { outputFile: process.env.MILLRACE_RESULTS }]] : 'line',
  use: {
    baseURL: process.env.MILLRACE_URL ?? 'http://127.0.0.1:8080',
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
    launchOptions: {
      executablePath: process.env.MILLRACE_CHROMIUM ?? 'chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
    },
  },
})

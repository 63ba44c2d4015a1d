// Installs the server of the tests below target, when the lock file has changed. Called by every build.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, '../../../target/npm')
const installed = join(target, 'installed')
const lock = process.version + readFileSync(join(here, 'package-lock.json'), 'utf8')

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  mkdirSync(target, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(target, name))
  const done = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error'], {
    cwd: target,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (done.error) console.error(`aws: cannot start npm: ${done.error.message}`)
  if (done.status !== 0) process.exit(done.status ?? 1)
  writeFileSync(installed, lock)
}

// Builds the console into target/classes, where Maven packs it. Called by every build, so it does
// only what is due: dependencies when the lock file changed, the rest when an input changed.
//
//   node build.mjs [--skip-tests=true]

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, gzipSync } from 'node:zlib'

const home = dirname(fileURLToPath(import.meta.url))
const out = join(home, 'target/classes/dev/millrace/console')
const skipTests = process.argv.some((argument) => /^--skip-tests=.*true/.test(argument))

const INPUTS = [
  'src',
  'e2e',
  'public',
  '.prettierignore',
  'playwright.config.ts',
  'index.html',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
  'build.mjs',
]

const LICENCES = new Set(['Apache-2.0', 'MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC'])

function* filesOf(path) {
  if (!statSync(path).isDirectory()) {
    yield path
    return
  }
  for (const name of readdirSync(path).sort()) yield* filesOf(join(path, name))
}

function hashOf(paths) {
  const hash = createHash('sha256').update(process.version)
  for (const path of paths) {
    for (const file of filesOf(join(home, path))) {
      hash.update(relative(home, file)).update('\0').update(readFileSync(file)).update('\0')
    }
  }
  return hash.digest('hex')
}

const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function run(name, command, ...args) {
  const done = spawnSync(command, args, {
    cwd: home,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true' },
  })
  if (done.error) console.error(`console: cannot start ${command}: ${done.error.message}`)
  if (done.status !== 0) {
    console.error(`console: ${name} failed`)
    process.exit(done.status ?? 1)
  }
}

const tool = (path, ...args) => run(path, process.execPath, join(home, 'node_modules', path), ...args)

/** Whoever ships the console may ship everything in it. */
function checkLicences() {
  for (const [, name, licence] of textOf(join(out, 'THIRD-PARTY.md')).matchAll(/^## (.+) - \S+ \((.+)\)$/gm)) {
    if (!LICENCES.has(licence)) {
      console.error(
        `console: ${name} is bundled, and its licence is ${licence}; allowed are ${[...LICENCES].join(', ')}`,
      )
      process.exit(1)
    }
  }
}

/** What the node serves, one path a line: it needs no listing of a jar. */
function finish() {
  const files = [...filesOf(out)].map((file) => relative(out, file))
  for (const file of files.filter((name) => /\.(html|js|css|svg)$/.test(name))) {
    const bytes = readFileSync(join(out, file))
    const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })
    if (packed.length < bytes.length * 0.9) writeFileSync(join(out, file + '.gz'), packed)
  }
  write(
    join(out, 'files.txt'),
    [...filesOf(out)]
      .map((file) => relative(out, file))
      .sort()
      .join('\n') + '\n',
  )
}

const started = Date.now()
const inputs = hashOf(INPUTS)
const stamp = join(home, 'target/console.stamp')
const tested = join(home, 'target/console.tested')
const isBuilt = existsSync(join(out, 'files.txt')) && textOf(stamp) === inputs
const isTested = skipTests || textOf(tested) === inputs

if (!isBuilt || !isTested) {
  const lock = hashOf(['package-lock.json'])
  const installed = join(home, 'node_modules/.millrace-lock')
  if (textOf(installed) !== lock) {
    run('npm ci', 'npm', 'ci', '--no-fund', '--no-audit', '--loglevel=error')
    write(installed, lock)
  }
  if (!isTested) {
    tool('vitest/vitest.mjs', 'run', '--reporter=dot')
    write(tested, inputs)
  }
  if (!isBuilt) {
    tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.')
    tool('typescript/bin/tsc', '--noEmit')
    rmSync(out, { recursive: true, force: true })
    tool('vite/bin/vite.js', 'build', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn')
    checkLicences()
    finish()
    write(stamp, inputs)
  }
  console.log(`console: built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

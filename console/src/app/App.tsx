import { type ReactNode, useEffect, useRef, useState } from 'react'
import { choose, type Theme, theme } from './theme'
import { Help } from './Help'
import { go, useNode, useRoute } from './hooks'
import { Palette } from './Palette'
import { useKeys } from '../parts/keys'
import { useStore } from './store'
import { monitor } from './monitor'
import { count } from '../model/format'
import type { Route } from '../model/routes'
import { Button, Empty, Key } from '../parts/basics'
import { Icon, type IconName, Mark } from '../parts/Icon'
import { DeadLetters } from '../views/DeadLetters'
import { Entity } from '../views/Entity'
import { Event } from '../views/Event'
import { Overview } from '../views/Overview'
import { ReadModels } from '../views/ReadModels'
import { Tail } from '../views/Tail'

const G_MILLIS = 1_200

interface Place {
  view: Route['view']
  also?: Route['view'][]
  label: string
  icon: IconName
  href: string
}

const PLACES: Place[] = [
  { view: 'overview', label: 'Overview', icon: 'overview', href: '#/' },
  { view: 'tail', also: ['event'], label: 'Live tail', icon: 'tail', href: '#/tail' },
  { view: 'entity', label: 'Entities', icon: 'entity', href: '#/entities' },
  { view: 'read-model', label: 'Read models', icon: 'table', href: '#/read-models' },
  { view: 'dead-letters', label: 'Dead letters', icon: 'letter', href: '#/dead-letters' },
]

type Opened = 'palette' | 'help' | null

/** The keys that work everywhere; g and a letter go to a view. */
function useGlobalKeys(open: (what: Opened) => void) {
  const went = useRef(0)
  const goes = (href: string) => () => {
    if (performance.now() - went.current < G_MILLIS) go(href)
    went.current = 0
  }
  useKeys({
    '/': () => open('palette'),
    '?': () => open('help'),
    g: () => void (went.current = performance.now()),
    o: goes('#/'),
    t: goes('#/tail'),
    e: goes('#/entities'),
    r: goes('#/read-models'),
    d: goes('#/dead-letters'),
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        open('palette')
      }
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [open])
}

export function App() {
  const route = useRoute()
  const [opened, setOpened] = useState<Opened>(null)
  useGlobalKeys(setOpened)
  const close = () => setOpened(null)
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to the content
      </a>
      <Side route={route} open={setOpened} />
      <div className="page">
        <AwayBanner />
        <main id="main" tabIndex={-1}>
          <View route={route} />
        </main>
      </div>
      {opened === 'palette' && <Palette onClose={close} />}
      {opened === 'help' && <Help onClose={close} />}
    </div>
  )
}

function View({ route }: { route: Route }): ReactNode {
  switch (route.view) {
    case 'overview':
      return <Overview />
    case 'tail':
      return <Tail route={route} />
    case 'event':
      return <Event context={route.context} position={route.position} />
    case 'entity':
      return <Entity route={route} />
    case 'read-model':
      return <ReadModels route={route} />
    case 'dead-letters':
      return <DeadLetters route={route} />
    case 'unknown':
      return (
        <Empty title="Nothing is here">
          The address <span className="mono">{route.path}</span> leads nowhere.{' '}
          <a className="link" href="#/">
            Go to the overview
          </a>
        </Empty>
      )
  }
}

function Side({ route, open }: { route: Route; open: (what: Opened) => void }) {
  return (
    <nav className="side" aria-label="Main">
      <a className="brand" href="#/" aria-label="Millrace, overview">
        <Mark />
        <span>Millrace</span>
      </a>
      <button type="button" className="seek" aria-label="Search" onClick={() => open('palette')}>
        <Icon name="search" size={14} />
        <span>Search</span>
        <Key>/</Key>
      </button>
      <ul className="places">
        {PLACES.map((place) => (
          <li key={place.view}>
            <a
              className="place"
              href={place.href}
              aria-current={place.view === route.view || place.also?.includes(route.view) ? 'page' : undefined}
            >
              <Icon name={place.icon} />
              <span>{place.label}</span>
              {place.view === 'dead-letters' && <BlockedKeys />}
            </a>
          </li>
        ))}
      </ul>
      <div className="side-foot">
        <Connection />
        <div className="side-tools">
          <ThemeChoice />
          <Button
            quiet
            icon="help"
            aria-label="Keyboard help"
            title="Keyboard (?)"
            className="help-button"
            onClick={() => open('help')}
          />
        </div>
      </div>
    </nav>
  )
}

/** How many keys wait for somebody to look. */
function BlockedKeys() {
  const { processors } = useNode()
  const blocked = processors.reduce((sum, each) => sum + each.deadLetters, 0)
  return blocked > 0 && <b className="place-count num">{count(blocked)}</b>
}

function Connection() {
  const { connection } = useNode()
  const text = { connecting: 'Connecting', connected: 'Connected', away: 'Not reachable' }[connection]
  return (
    <span className={`connection connection-${connection}`} role="status">
      <span className="dot" aria-hidden="true" />
      {text}
    </span>
  )
}

const THEMES: { theme: Theme; icon: IconName; label: string }[] = [
  { theme: 'light', icon: 'sun', label: 'Light' },
  { theme: 'system', icon: 'system', label: 'As the system' },
  { theme: 'dark', icon: 'moon', label: 'Dark' },
]

function ThemeChoice() {
  const now = useStore(theme)
  return (
    <div className="theme-choice" role="group" aria-label="Theme">
      {THEMES.map((each) => (
        <button
          key={each.theme}
          type="button"
          aria-pressed={now === each.theme}
          aria-label={each.label}
          title={each.label}
          onClick={() => choose(each.theme)}
        >
          <Icon name={each.icon} size={14} />
        </button>
      ))}
    </div>
  )
}

function AwayBanner() {
  const { connection, overview, error } = useNode()
  const [since, setSince] = useState(0)
  useEffect(() => {
    if (connection === 'away') setSince(Date.now())
  }, [connection])
  if (connection !== 'away') return null
  return (
    <div className="banner" role="alert">
      <Icon name="warn" />
      <span>
        <b>The node is not reachable.</b>{' '}
        {error
          ? error.message
          : overview
            ? 'What you see is from before; it goes on by itself as soon as the node is back.'
            : 'Is it running? It is asked every second.'}
      </span>
      <Button quiet onClick={monitor.refresh} data-since={since}>
        Try now
      </Button>
    </div>
  )
}

import { type ReactNode, useEffect, useState } from 'react'
import { choose, type Theme, theme } from './theme'
import { useNode, useRoute } from './hooks'
import { useStore } from './store'
import { monitor } from './monitor'
import type { Route } from '../model/routes'
import { Button, Empty } from '../parts/basics'
import { Icon, type IconName, Mark } from '../parts/Icon'
import { Entity } from '../views/Entity'
import { Event } from '../views/Event'
import { Overview } from '../views/Overview'
import { Tail } from '../views/Tail'

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
]

export function App() {
  const route = useRoute()
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus() }}>
        Skip to the content
      </a>
      <Side route={route} />
      <div className="page">
        <AwayBanner />
        <main id="main" tabIndex={-1}>
          <View route={route} />
        </main>
      </div>
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
    default:
      return <Empty title="Nothing is here">The address leads nowhere.</Empty>
  }
}

function Side({ route }: { route: Route }) {
  return (
    <nav className="side" aria-label="Main">
      <a className="brand" href="#/" aria-label="Millrace, overview">
        <Mark />
        <span>Millrace</span>
      </a>
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
            </a>
          </li>
        ))}
      </ul>
      <div className="side-foot">
        <Connection />
        <ThemeChoice />
      </div>
    </nav>
  )
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
        <button key={each.theme} type="button" aria-pressed={now === each.theme} aria-label={each.label} title={each.label} onClick={() => choose(each.theme)}>
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
        {error ? error.message : overview ? 'What you see is from before; it goes on by itself as soon as the node is back.' : 'Is it running? It is asked every second.'}
      </span>
      <Button quiet onClick={monitor.refresh} data-since={since}>
        Try now
      </Button>
    </div>
  )
}


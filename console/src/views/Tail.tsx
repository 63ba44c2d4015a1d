import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ContextDescription, RecordedEvent } from '../api/types'
import { go, useMedia, useNode, useTitle } from '../app/hooks'
import { useStore } from '../app/store'
import { CAPACITY, forgetSession, sessionOf, type TailSession } from '../app/tailSession'
import { Button, Empty, Loading, Problem, Tag, Tenant, Time } from '../parts/basics'
import { Icon } from '../parts/Icon'
import { useKeys } from '../parts/keys'
import { Preview } from '../parts/Preview'
import { TermInput } from '../parts/TermInput'
import { count, plural, rate } from '../model/format'
import { eventRoute, formatRoute, type Route } from '../model/routes'

type TailRoute = Extract<Route, { view: 'tail' }>

const ROW = 32
const NARROW_ROW = 54
const OVERSCAN = 6
/** So near the end older events are loaded. */
const NEAR_END_ROWS = 40

export function Tail({ route }: { route: TailRoute }) {
  useTitle('Live tail')
  const { contexts, error } = useNode()
  const context = contexts?.find((each) => each.name === route.context) ?? (route.context ? undefined : contexts?.[0])
  if (!contexts) return error ? <Problem error={error} /> : <Loading lines={12} />
  if (!context) {
    return (
      <Empty title={route.context ? `There is no context ${route.context}` : 'No contexts'}>
        {contexts.length ? `There is ${contexts.map((each) => each.name).join(', ')}.` : 'The application hosts none.'}
      </Empty>
    )
  }
  return <ContextTail route={route} context={context} contexts={contexts} />
}

const tagProblem = (value: string) => (/^[^:]+:.+/s.test(value) ? null : 'A tag is written name:value, as in order:42')

function ContextTail({ route, context, contexts }: { route: TailRoute; context: ContextDescription; contexts: ContextDescription[] }) {
  const [again, setAgain] = useState(0)
  const key = JSON.stringify([context.name, route.types, route.tags, route.tenant, again])
  const session = useMemo(
    () => sessionOf({ context: context.name, types: route.types, tags: route.tags, tenant: route.tenant }),
    // the key says all of it
    [key],
  )
  useStore(session.turn)
  const list = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)

  useEffect(() => {
    session.start()
    return () => session.end()
  }, [session])

  useEffect(() => {
    session.list.find(route.text ?? '')
    session.changed()
  }, [session, route.text])

  const change = (changed: Partial<TailRoute>) => go(formatRoute({ ...route, context: context.name, ...changed }), 'replace')
  const restart = () => {
    forgetSession()
    setAgain((before) => before + 1)
  }
  const pause = (paused: boolean) => {
    session.paused = paused
    if (paused) session.list.hold()
    else {
      session.list.release()
      session.selected = null
      list.current?.scrollTo({ top: 0 })
    }
    session.changed()
  }

  const tagNames = [...new Set(context.views.map((view) => view.tag))]
  const { list: events } = session
  return (
    <div className="tail">
      <header className="view-head">
        <h1>Live tail</h1>
        <TailStatus session={session} />
        <div className="view-tools">
          <Button icon={events.isHeld ? 'play' : 'pause'} aria-pressed={events.isHeld} title="Space" onClick={() => pause(!events.isHeld)}>
            {events.isHeld ? 'Continue' : 'Pause'}
          </Button>
        </div>
      </header>
      <div className="filters" role="search" aria-label="Filters">
        {contexts.length > 1 && (
          <select
            aria-label="Context"
            value={context.name}
            onChange={(event) => go(formatRoute({ view: 'tail', context: event.target.value, types: [], tags: [] }))}
          >
            {contexts.map((each) => (
              <option key={each.name}>{each.name}</option>
            ))}
          </select>
        )}
        <TermInput
          label="Types"
          placeholder="All types"
          values={route.types}
          hints={context.events}
          check={(value) => (context.events.includes(value) ? null : `${context.name} has no event of type ${value}`)}
          onChange={(types) => change({ types })}
        />
        <TermInput
          label="Tags"
          placeholder="Tag, as in order:42"
          values={route.tags}
          hints={tagNames.map((name) => `${name}:`)}
          check={tagProblem}
          onChange={(tags) => change({ tags })}
        />
        <TenantInput value={route.tenant} onChange={(tenant) => change({ tenant: tenant as string })} />
        <label className="find">
          <Icon name="search" size={14} />
          <input
            ref={search}
            type="search"
            aria-label="Text within what is shown"
            placeholder="Text within what is shown"
            value={route.text ?? ''}
            onChange={(event) => change({ text: event.target.value })}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
        </label>
      </div>
      <TailProblem session={session} restart={restart} />
      <EventRows session={session} list={list} context={context.name} onPause={pause} />
      <footer className="tail-foot muted num">
        <span data-kept={events.log.size}>
          {events.isFiltered ? `${count(events.length)} of ` : ''}
          {plural(events.log.size, 'event')}
          {events.log.size >= CAPACITY ? ' kept; older ones make room for new ones' : ''}
        </span>
        {session.isLoadingOlder && <span>Loading older events…</span>}
        {!session.isLoadingOlder && !session.hasOlder && events.log.size > 0 && events.log.size < CAPACITY && <span>From the first one on</span>}
      </footer>
    </div>
  )
}

function TenantInput({ value, onChange }: { value: string | undefined; onChange: (tenant: string | undefined) => void }) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  const commit = () => text.trim() !== (value ?? '') && onChange(text.trim())
  return (
    <input
      className="tenant-input"
      aria-label="Tenant"
      placeholder="All tenants"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

function TailStatus({ session }: { session: TailSession }) {
  const held = session.list.isHeld
  const [tone, text] =
    session.state.kind === 'live'
      ? held
        ? ['calm', 'held']
        : ['good', 'live']
      : session.state.kind === 'refused'
        ? ['bad', 'cut off']
        : session.state.kind === 'broken'
          ? ['warn', 'connecting again']
          : ['busy', 'connecting']
  return (
    <>
      <span className={`state state-${tone}`} role="status" data-tail={session.state.kind}>
        <span className="dot" aria-hidden="true" />
        {text}
      </span>
      {session.state.kind === 'live' && <span className="muted num">{rate(session.perSecond ?? 0)} events/s</span>}
    </>
  )
}

function TailProblem({ session, restart }: { session: TailSession; restart: () => void }) {
  if (session.state.kind !== 'refused') return null
  const { error } = session.state
  const isGone = error.problem.status === 410
  return (
    <div className="problem" role="alert">
      <Icon name="warn" />
      <div>
        <p className="problem-title">{isGone ? 'The tail was cut off: the store has another history now' : error.problem.title}</p>
        <p>
          {isGone
            ? 'It was restored, or replaced: the events below are of the history before, and positions in it mean nothing any more. Follow the present one from its newest events.'
            : error.problem.detail}
        </p>
      </div>
      <Button onClick={restart}>{isGone ? 'Follow the present history' : 'Try again'}</Button>
    </div>
  )
}

function EventRows({
  session,
  list,
  context,
  onPause,
}: {
  session: TailSession
  list: RefObject<HTMLDivElement | null>
  context: string
  onPause: (paused: boolean) => void
}) {
  const narrow = useMedia('(max-width: 760px)')
  const size = narrow ? NARROW_ROW : ROW
  const { list: events } = session
  const length = events.length
  const virtualizer = useVirtualizer({
    count: length,
    getScrollElement: () => list.current,
    estimateSize: () => size,
    overscan: OVERSCAN,
    initialOffset: session.scrollTop,
  })
  useEffect(() => virtualizer.measure(), [size, virtualizer])
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: session.scrollTop })
  }, [session, list])

  const rows = virtualizer.getVirtualItems()
  const lastRow = rows.at(-1)?.index ?? 0
  const nearEnd = length > 0 && lastRow >= length - NEAR_END_ROWS
  useEffect(() => {
    if (nearEnd || (length === 0 && session.hasOlder)) void session.loadOlder()
  }, [nearEnd, length, session])

  const scrolled = () => {
    const top = list.current?.scrollTop ?? 0
    session.scrollTop = top
    if (session.paused) return
    if (top > size / 2 || session.selected !== null) {
      if (!events.isHeld) {
        events.hold()
        session.changed()
      }
    } else if (events.isHeld) {
      events.release()
      session.changed()
    }
  }

  const selectedRow = session.selected === null ? -1 : events.rowOf(session.selected)
  const select = (row: number) => {
    if (length === 0) return
    events.hold()
    const wanted = Math.max(0, Math.min(events.length - 1, row))
    session.selected = events.numberAt(wanted) ?? null
    virtualizer.scrollToIndex(wanted)
    session.changed()
  }
  const open = () => {
    const event = events.at(selectedRow)
    if (event) go(eventRoute(context, event.position))
  }
  useKeys({
    j: () => select(selectedRow + 1),
    ArrowDown: () => select(selectedRow + 1),
    k: () => select(selectedRow < 0 ? 0 : selectedRow - 1),
    ArrowUp: () => select(selectedRow < 0 ? 0 : selectedRow - 1),
    PageDown: () => select(selectedRow + 20),
    PageUp: () => select(selectedRow - 20),
    Home: () => onPause(false),
    End: () => select(events.length - 1),
    Enter: open,
    ' ': () => onPause(!events.isHeld),
    Escape: () => onPause(false),
  })

  return (
    <div className="rows-frame">
      {events.behind > 0 && (
        <button type="button" className="news" onClick={() => onPause(false)}>
          <Icon name="up" size={12} />
          {plural(events.behind, 'new event')}
        </button>
      )}
      <div
        ref={list}
        className="rows"
        role="listbox"
        aria-label="Events, the newest first"
        aria-activedescendant={selectedRow >= 0 ? `row-${session.selected}` : undefined}
        tabIndex={0}
        onScroll={scrolled}
      >
        <div className="rows-canvas" style={{ height: virtualizer.getTotalSize() }}>
          {rows.map((row) => {
            const number = events.numberAt(row.index)
            const event = events.at(row.index)
            return event ? (
              <div
                key={number}
                id={`row-${number}`}
                role="option"
                aria-selected={row.index === selectedRow}
                data-position={event.position}
                className="row"
                style={{ transform: `translateY(${row.start}px)`, height: row.size }}
                onClick={(click) => {
                  if (!(click.target as HTMLElement).closest('a')) go(eventRoute(context, event.position))
                }}
              >
                <EventCells event={event} context={context} />
              </div>
            ) : null
          })}
        </div>
        {length === 0 && session.state.kind !== 'loading' && <NothingShown session={session} />}
        {length === 0 && session.state.kind === 'loading' && <Loading lines={10} />}
        {session.olderError && <Problem error={session.olderError} retry={session.retryOlder} />}
      </div>
    </div>
  )
}

function NothingShown({ session }: { session: TailSession }) {
  if (session.list.isFiltered && session.list.log.size > 0) {
    return <Empty title="Nothing contains this text">It is looked for in the {count(session.list.log.size)} events that are loaded.</Empty>
  }
  const filtered = session.filter.types.length + session.filter.tags.length > 0 || session.filter.tenant
  return filtered ? (
    <Empty title="No event matches yet">The next one that does appears here.</Empty>
  ) : (
    <Empty title="No events yet">Send a command, and its events appear here.</Empty>
  )
}

function EventCells({ event, context }: { event: RecordedEvent; context: string }) {
  return (
    <>
      <a className="cell-position num" href={eventRoute(context, event.position)} tabIndex={-1}>
        {count(event.position)}
      </a>
      <span className="cell-time muted">
        <Time iso={event.time} />
      </span>
      <span className="event-type cell-type">{event.type}</span>
      <span className="cell-tags">
        <Tenant name={event.tenant} />
        {event.tags.slice(0, 2).map((tag) => (
          <Tag key={tag} context={context} tag={tag} tenant={event.tenant} at={event.position} />
        ))}
      </span>
      <Preview event={event} />
    </>
  )
}

import { useEffect, useMemo, useRef, useState } from 'react'
import type { ContextDescription } from '../api/types'
import { go, useNode, useTitle } from '../app/hooks'
import { useStore } from '../app/store'
import { CAPACITY, forgetSession, sessionOf, type TailSession } from '../app/tailSession'
import { Button, Empty, Loading, Problem } from '../parts/basics'
import { Icon } from '../parts/Icon'
import { TermInput } from '../parts/TermInput'
import { count, plural, rate } from '../model/format'
import { formatRoute, type Route } from '../model/routes'
import { EventRows } from './TailRows'

type TailRoute = Extract<Route, { view: 'tail' }>

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

function ContextTail({
  route,
  context,
  contexts,
}: {
  route: TailRoute
  context: ContextDescription
  contexts: ContextDescription[]
}) {
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

  const change = (changed: Partial<TailRoute>) =>
    go(formatRoute({ ...route, context: context.name, ...changed }), 'replace')
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
          <Button
            icon={events.isHeld ? 'play' : 'pause'}
            aria-pressed={events.isHeld}
            title="Space"
            onClick={() => pause(!events.isHeld)}
          >
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
        {!session.isLoadingOlder && !session.hasOlder && events.log.size > 0 && events.log.size < CAPACITY && (
          <span>From the first one on</span>
        )}
      </footer>
    </div>
  )
}

function TenantInput({
  value,
  onChange,
}: {
  value: string | undefined
  onChange: (tenant: string | undefined) => void
}) {
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
        <p className="problem-title">
          {isGone ? 'The tail was cut off: the store has another history now' : error.problem.title}
        </p>
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

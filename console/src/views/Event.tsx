import { type ReactNode, useEffect, useRef } from 'react'
import { api, EVERY_TENANT } from '../api/client'
import type { EventStory, RecordedEvent } from '../api/types'
import { go, useNode, useResource, useTitle } from '../app/hooks'
import { Age, Button, Empty, Loading, Panel, Problem, Tag, Tenant, Time } from '../parts/basics'
import { Icon } from '../parts/Icon'
import { JsonView } from '../parts/JsonView'
import { useKeys } from '../parts/keys'
import { Preview } from '../parts/Preview'
import { count, plural } from '../model/format'
import { eventRoute, formatRoute } from '../model/routes'
import { Flow } from './Flow'

const TOGETHER_SHOWN = 100

interface Loaded {
  story: EventStory
  previous: number | undefined
  next: number | undefined
}

async function load(context: string, position: number, signal: AbortSignal): Promise<Loaded> {
  const asked = { signal, tenant: EVERY_TENANT }
  const [story, before, after] = await Promise.all([
    api.story(context, position, asked),
    api.events(context, { order: 'descending', before: position, limit: 1 }, asked),
    api.events(context, { after: position, limit: 1 }, asked),
  ])
  return { story, previous: before.events[0]?.position, next: after.events[0]?.position }
}

/** One event: what it says, what led to it, and what followed. */
export function Event({ context, position }: { context: string; position: number }) {
  useTitle(`Event ${count(position)}`)
  const { data, error, reload } = useResource(`${context}/${position}`, (signal) => load(context, position, signal))
  // While another event loads, the one before stays; its neighbours are no longer where one is.
  const isCurrent = data !== null && data.story.event.position === position && data.story.context === context
  const previous = isCurrent ? data.previous : undefined
  const next = isCurrent ? data.next : undefined
  const step = (to: number | undefined) => to !== undefined && go(eventRoute(context, to))
  // A key that comes while an event still loads holds for it as soon as its neighbours are known.
  const queued = useRef<'previous' | 'next' | null>(null)
  const press = (where: 'previous' | 'next') => {
    if (isCurrent) step(where === 'previous' ? previous : next)
    else queued.current = where
  }
  useEffect(() => {
    if (!isCurrent || !queued.current) return
    const to = queued.current === 'previous' ? previous : next
    queued.current = null
    if (to !== undefined) go(eventRoute(context, to))
  }, [isCurrent, previous, next, context])
  useKeys({
    ArrowLeft: () => press('previous'),
    k: () => press('previous'),
    ArrowRight: () => press('next'),
    j: () => press('next'),
    Escape: () => go(formatRoute({ view: 'tail', context, types: [], tags: [] })),
  })
  return (
    <div className="event-view">
      <header className="view-head">
        <nav className="crumbs" aria-label="Where this is">
          <a href={formatRoute({ view: 'tail', context, types: [], tags: [] })}>{context}</a>
          <Icon name="right" size={12} />
        </nav>
        <h1>
          {error ? 'Event' : (data?.story.event.type ?? 'Event')} <span className="muted num">{count(position)}</span>
        </h1>
        <div className="view-tools">
          <Button
            quiet
            icon="left"
            aria-label="Previous event"
            title="Previous event (k or ←)"
            disabled={previous === undefined}
            onClick={() => step(previous)}
          />
          <Button
            quiet
            icon="right"
            aria-label="Next event"
            title="Next event (j or →)"
            disabled={next === undefined}
            onClick={() => step(next)}
          />
        </div>
      </header>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading lines={10} />}
      {data && !error && <Story key={`${data.story.context}/${data.story.event.position}`} story={data.story} />}
    </div>
  )
}

function Story({ story }: { story: EventStory }) {
  const { event, context } = story
  return (
    <>
      <div className="event-tags">
        <Tenant name={event.tenant} />
        {event.tags.map((tag) => (
          <Tag key={tag} context={context} tag={tag} tenant={event.tenant} at={event.position} />
        ))}
        {event.tags.length === 0 && <span className="muted">About nothing in particular: it has no tags.</span>}
      </div>
      <div className="event-columns">
        <Panel
          title="Data"
          className="event-data"
          aside={<span className="muted">schema version {event.schemaVersion}</span>}
        >
          {event.data !== undefined ? (
            <JsonView value={event.data} label="Data of the event" />
          ) : (
            <p className="mono raw">{event.dataBase64}</p>
          )}
        </Panel>
        <Panel title="Recorded" className="event-facts">
          <Facts event={event} story={story} />
        </Panel>
      </div>
      <Flow story={story} />
      <div className="event-columns">
        <Together story={story} />
        <Passed story={story} />
      </div>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Facts({ event, story }: { event: RecordedEvent; story: EventStory }) {
  const { metadata } = event
  return (
    <dl className="facts">
      <Fact name="Time">
        <Time iso={event.time} long />{' '}
        <span className="muted">
          <Age iso={event.time} />
        </span>
      </Fact>
      <Fact name="Id">
        <span className="mono">{event.id}</span>
      </Fact>
      <Fact name="Tenant">{event.tenant}</Fact>
      {story.command && (
        <Fact name="Command">
          <b>{story.command.type}</b> <span className="mono muted">{story.command.id}</span>
        </Fact>
      )}
      {story.cause && (
        <Fact name="Caused by">
          <a className="link" href={eventRoute(story.context, story.cause.position)}>
            {story.cause.type} {count(story.cause.position)}
          </a>
        </Fact>
      )}
      {metadata.correlationId && (
        <Fact name="Correlation">
          <span className="mono">{metadata.correlationId}</span>
        </Fact>
      )}
      {metadata.causationId && (
        <Fact name="Causation">
          <span className="mono">{metadata.causationId}</span>
        </Fact>
      )}
      {metadata.traceparent && (
        <Fact name="Trace">
          <span className="mono">{metadata.traceparent}</span>
        </Fact>
      )}
      {metadata.actor && <Fact name="Actor">{metadata.actor}</Fact>}
      {story.command?.payload !== undefined && (
        <Fact name="Payload">
          <JsonView value={story.command.payload} label="Payload of the command" />
        </Fact>
      )}
    </dl>
  )
}

function Together({ story }: { story: EventStory }) {
  const shown = story.together.slice(0, TOGETHER_SHOWN)
  return (
    <Panel
      title="Stored together"
      aside={
        <span className="muted">
          {story.together.length ? `${plural(story.together.length, 'other')}, all or none` : ''}
        </span>
      }
    >
      {shown.length === 0 && <Empty title="Stored alone">Its command led to this event only.</Empty>}
      <ul className="event-list">
        {shown.map((other) => (
          <li key={other.position}>
            <a href={eventRoute(story.context, other.position)}>
              <span className="muted num">{count(other.position)}</span>
              <span className="event-type">{other.type}</span>
              <Preview event={other} />
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** What is known of processors now: the story says how it was when it was loaded. */
function Passed({ story }: { story: EventStory }) {
  const { processors } = useNode()
  const own = processors.filter((processor) => processor.context === story.context)
  const passed = (name: string) => {
    const now = own.find((processor) => processor.name === name)
    return now ? now.position >= story.event.position : story.processors.find((each) => each.name === name)?.passed
  }
  const names = own.length ? own.map((each) => each.name) : story.processors.map((each) => each.name)
  return (
    <Panel title="Passed by" className="passed">
      {names.length === 0 && <Empty title="No processors">Nothing reads this context's events.</Empty>}
      <ul className="passed-list">
        {names.map((name) => (
          <li key={name} data-passed={passed(name) === true} className={passed(name) ? 'passed-yes' : 'passed-no'}>
            <Icon name={passed(name) ? 'check' : 'play'} size={14} />
            <span>{name}</span>
            <span className="muted">{passed(name) ? 'passed' : 'not yet'}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

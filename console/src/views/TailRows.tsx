import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect } from 'react'
import type { RecordedEvent } from '../api/types'
import { go, useMedia } from '../app/hooks'
import type { TailSession } from '../app/tailSession'
import { Empty, Loading, Problem, Tag, Tenant, Time } from '../parts/basics'
import { Icon } from '../parts/Icon'
import { useKeys } from '../parts/keys'
import { Preview } from '../parts/Preview'
import { count, plural } from '../model/format'
import { eventRoute } from '../model/routes'

const ROW = 32
const NARROW_ROW = 54
const OVERSCAN = 6
/** So near the end older events are loaded. */
const NEAR_END_ROWS = 40

/** The events of a tail, the newest first; only the rows in sight are in the page. */
export function EventRows({
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
    return (
      <Empty title="Nothing contains this text">
        It is looked for in the {count(session.list.log.size)} events that are loaded.
      </Empty>
    )
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

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api } from '../api/client'
import { go, useNode, useResource } from '../app/hooks'
import { Button, Empty, Loading, Panel, Problem, Time } from '../parts/basics'
import { Changes, JsonView } from '../parts/JsonView'
import { useKeys } from '../parts/keys'
import { count, plural } from '../model/format'
import { StateHistory } from '../model/history'
import { eventRoute, formatRoute } from '../model/routes'

const PAGE = 500
/** So many events before the wanted one are loaded; then others as they are come to. */
const LOOK_BACK = 500
const LOADED_AHEAD = 1_000
const PLAY_MILLIS = 700
const ADDRESS_MILLIS = 300

interface Loaded {
  history: StateHistory
  /** Where the next page begins; undefined: all is there. */
  next: number | undefined
}

/** Where a timeline begins to look: at a position, at the newest event, at the first one. */
type Target = number | 'newest' | 'first'

/** The position after which a part of the history begins that ends with the target. */
async function startOf(
  context: string,
  tag: string,
  target: Target,
  asked: { signal: AbortSignal; tenant: string | undefined },
): Promise<number> {
  if (target === 'first') return 0
  const before = target === 'newest' ? undefined : target + 1
  const page = await api.events(context, { tag: [tag], order: 'descending', before, limit: LOOK_BACK }, asked)
  const oldest = page.events.at(-1)
  return page.next && oldest ? oldest.position - 1 : 0
}

/** Loads pages of a history: the first ones by itself, further ones when they are wanted. */
function useHistory(
  context: string,
  tag: string,
  value: string,
  tenant: string | undefined,
  start: number,
  wanted: number,
) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [turn, setTurn] = useState(0)
  const { generation } = useNode()
  const size = loaded?.history.steps.length ?? 0
  const isDue = !error && (loaded === null || (loaded.next !== undefined && size < wanted))
  useEffect(() => {
    if (!isDue) return
    const stop = new AbortController()
    api
      .history(context, tag, value, loaded?.next ?? start, PAGE, { signal: stop.signal, tenant })
      .then((page) => {
        const history = loaded?.history ?? new StateHistory(page.before)
        history.add(page.steps)
        setLoaded({ history, next: page.next })
      })
      .catch((failure: Error) => !stop.signal.aborted && setError(failure))
    return () => stop.abort()
  }, [isDue, loaded, context, tag, value, tenant, start, turn])
  useEffect(() => setError(null), [generation])
  const retry = useCallback(() => {
    setError(null)
    setTurn((before) => before + 1)
  }, [])
  return { loaded, error, retry, isLoading: isDue }
}

interface Whose {
  context: string
  tag: string
  value: string
  tenant: string | undefined
}

/** The events of an entity, or of a very busy one the part around a target. */
export function Timeline({ at, ...whose }: Whose & { at: number | undefined }) {
  const { context, tag, value, tenant } = whose
  const [target, setTarget] = useState<Target>(at ?? 'newest')
  const { data, error, reload } = useResource(String(target), async (signal) => ({
    target,
    start: await startOf(context, `${tag}:${value}`, target, { signal, tenant }),
  }))
  if (error && !data) return <Problem error={error} retry={reload} />
  if (!data) return <Loading lines={10} />
  return (
    <Part key={`${data.target}/${data.start}`} {...whose} start={data.start} target={data.target} seek={setTarget} />
  )
}

function Part({
  context,
  tag,
  value,
  tenant,
  start,
  target,
  seek,
}: Whose & { start: number; target: Target; seek: (target: Target) => void }) {
  const [wanted, setWanted] = useState(LOADED_AHEAD)
  const { loaded, error, retry, isLoading } = useHistory(context, tag, value, tenant, start, wanted)
  const [chosen, setChosen] = useState<number | null>(target === 'first' ? 0 : null)
  const [playing, setPlaying] = useState(false)
  const history = loaded?.history
  const steps = history?.steps ?? []
  const last = steps.length - 1
  const index = Math.max(
    0,
    Math.min(last, chosen ?? (typeof target === 'number' && history ? history.indexAt(target) : last)),
  )
  const step = steps[index]
  const hasMore = loaded?.next !== undefined

  const choose = useCallback(
    (to: number) => {
      setChosen(Math.max(0, to))
      if (to >= last && hasMore && !isLoading) setWanted(steps.length + PAGE)
    },
    [last, hasMore, isLoading, steps.length],
  )
  const stepTo = (to: number) => {
    setPlaying(false)
    choose(Math.min(last, to))
  }

  useEffect(() => {
    if (!playing) return
    if (index >= last && !hasMore) {
      setPlaying(false)
      return
    }
    const timer = setTimeout(() => choose(Math.min(last, index + 1)), PLAY_MILLIS)
    return () => clearTimeout(timer)
  }, [playing, index, last, hasMore, choose])

  // The address follows, but not each notch of the slider.
  const position = chosen === null ? undefined : step?.event.position
  useEffect(() => {
    if (position === undefined) return
    const timer = setTimeout(
      () =>
        go(
          formatRoute({ view: 'entity', context, tag, value, ...(tenant ? { tenant } : {}), at: position }),
          'replace',
        ),
      ADDRESS_MILLIS,
    )
    return () => clearTimeout(timer)
  }, [position, context, tag, value, tenant])

  useKeys({
    ArrowLeft: () => stepTo(index - 1),
    ArrowRight: () => stepTo(index + 1),
    k: () => stepTo(index - 1),
    j: () => stepTo(index + 1),
    Home: () => (start > 0 ? seek('first') : stepTo(0)),
    End: () => (hasMore ? seek('newest') : stepTo(last)),
    Enter: () => step && go(eventRoute(context, step.event.position)),
    ' ': () => setPlaying((before) => !before),
  })

  if (error && !loaded) return <Problem error={error} retry={retry} />
  if (!loaded || !history) return <Loading lines={10} />
  if (!step)
    return (
      <Empty title={`Nothing has happened to ${tag}:${value}`}>
        No event of {context} has this tag{tenant ? ` for tenant ${tenant}` : ''}.
      </Empty>
    )
  const views = history.views(index)
  return (
    <>
      <section className="player panel" aria-label="Timeline">
        <Button
          icon={playing ? 'pause' : 'play'}
          aria-label={playing ? 'Stop' : 'Play'}
          title={`${playing ? 'Stop' : 'Play'} (space)`}
          onClick={() => {
            if (!playing && index >= last && !hasMore) setChosen(0)
            setPlaying(!playing)
          }}
        />
        <Button
          quiet
          icon="left"
          aria-label="Step back"
          title="Step back (←)"
          disabled={index === 0}
          onClick={() => stepTo(index - 1)}
        />
        <input
          type="range"
          className="slider"
          aria-label="Event of the entity"
          aria-valuetext={`Event ${index + 1} of ${steps.length}: ${step.event.type}`}
          min={0}
          max={Math.max(0, last)}
          value={index}
          onChange={(event) => stepTo(Number(event.target.value))}
        />
        <Button
          quiet
          icon="right"
          aria-label="Step forward"
          title="Step forward (→)"
          disabled={index >= last}
          onClick={() => stepTo(index + 1)}
        />
        <span className="player-place num" data-step={index + 1} data-steps={steps.length}>
          <b>{count(index + 1)}</b> of {count(steps.length)}
          {start > 0 && (
            <button
              type="button"
              className="link"
              title="There is more before; begin at the first event (Home)"
              onClick={() => seek('first')}
            >
              from the first
            </button>
          )}
          {hasMore && (
            <button
              type="button"
              className="link"
              title="There is more after; go to the newest event (End)"
              onClick={() => seek('newest')}
            >
              to the newest
            </button>
          )}
        </span>
      </section>
      {error && <Problem error={error} retry={retry} />}
      <div className="entity-columns">
        <Steps history={history} index={index} choose={stepTo} />
        <div className="entity-states">
          <Panel
            className="entity-event"
            title={
              <a href={eventRoute(context, step.event.position)}>
                {step.event.type} <span className="muted num">{count(step.event.position)}</span>
              </a>
            }
            aside={
              <span className="muted">
                <Time iso={step.event.time} long />
              </span>
            }
          >
            {step.event.data !== undefined && <JsonView value={step.event.data} label="Data of the event" />}
          </Panel>
          {views.length === 0 && (
            <Empty title="No view is folded over this tag">
              The events stand on the left; a view keyed by {tag} would show its state here.
            </Empty>
          )}
          {views.map((view) => (
            <ViewState key={view} history={history} index={index} view={view} />
          ))}
        </div>
      </div>
    </>
  )
}

function ViewState({ history, index, view }: { history: StateHistory; index: number; view: string }) {
  const changes = useMemo(() => history.changes(index, view), [history, index, view])
  const state = history.stateAfter(index)[view]
  return (
    <Panel
      className="view-state"
      label={`State of ${view}`}
      title={view}
      aside={<span className="muted">{changes.length ? plural(changes.length, 'change') : 'unchanged'}</span>}
    >
      <div className="view-state-columns">
        {state === undefined ? (
          <p className="muted raw">no state</p>
        ) : (
          <JsonView value={state} changes={changes} label={`State of ${view} after the event`} />
        )}
        <Changes changes={changes} />
      </div>
    </Panel>
  )
}

const STEP_ROW = 44

function Steps({ history, index, choose }: { history: StateHistory; index: number; choose: (index: number) => void }) {
  const list = useRef<HTMLDivElement>(null)
  const { steps } = history
  const virtualizer = useVirtualizer({
    count: steps.length,
    getScrollElement: () => list.current,
    estimateSize: () => STEP_ROW,
    overscan: 6,
  })
  useEffect(() => virtualizer.scrollToIndex(index), [index, virtualizer])
  return (
    <div ref={list} className="steps panel" role="listbox" aria-label="Events of the entity" tabIndex={0}>
      <div className="rows-canvas" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((row) => {
          const event = steps[row.index]?.event
          return event ? (
            <div
              key={row.key}
              role="option"
              aria-selected={row.index === index}
              className="step"
              style={{ transform: `translateY(${row.start}px)`, height: row.size }}
              onClick={() => choose(row.index)}
            >
              <span className="event-type">{event.type}</span>
              <span className="muted num">{count(event.position)}</span>
              <span className="muted step-time">
                <Time iso={event.time} long />
              </span>
            </div>
          ) : null
        })}
      </div>
    </div>
  )
}

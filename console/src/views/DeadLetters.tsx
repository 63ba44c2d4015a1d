import { useEffect, useState } from 'react'
import { api } from '../api/client'
import type { DeadLetter, DeadLetterList, ProcessorStatus } from '../api/types'
import { useNode, useResource, useTitle } from '../app/hooks'
import { monitor } from '../app/monitor'
import { count, plural } from '../model/format'
import { type Asked, redriveProgress, sayProgress } from '../model/redrive'
import { eventRoute, formatRoute, type Route } from '../model/routes'
import { Age, Button, Empty, Loading, Panel, Problem } from '../parts/basics'
import { Letter } from './DeadLetter'

type LettersRoute = Extract<Route, { view: 'dead-letters' }>

const REFRESH_MILLIS = 1_000
const USUAL_RATE = 10
const MOST_RATE = 10_000

/** Events that processors could not handle, and what an operator can do about them. */
export function DeadLetters({ route }: { route: LettersRoute }) {
  useTitle('Dead letters')
  const { processors, overview, error } = useNode()
  if (!overview) return error ? <Problem error={error} /> : <Loading lines={10} />
  const chosen =
    processors.find((each) => each.name === route.processor) ??
    (route.processor ? undefined : (processors.find((each) => each.deadLetters > 0) ?? processors[0]))
  return (
    <div className="letters">
      <header className="view-head">
        <h1>Dead letters</h1>
      </header>
      {processors.length === 0 && <Empty title="No processors">Nothing reads events here, so nothing can fail.</Empty>}
      {processors.length > 0 && (
        <nav className="tabs" aria-label="Processors">
          {processors.map((each) => (
            <a
              key={each.name}
              href={formatRoute({ view: 'dead-letters', processor: each.name })}
              aria-current={each.name === chosen?.name ? 'page' : undefined}
              data-letters={each.deadLetters}
            >
              {each.name}
              {each.deadLetters > 0 && <b className="tab-count num">{count(each.deadLetters)}</b>}
            </a>
          ))}
        </nav>
      )}
      {chosen && <Letters key={chosen.name} processor={chosen} route={route} />}
      {!chosen && processors.length > 0 && (
        <Empty title={`There is no processor ${route.processor}`}>Choose one of those above.</Empty>
      )}
    </div>
  )
}

function Letters({ processor, route }: { processor: ProcessorStatus; route: LettersRoute }) {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setTick((before) => before + 1), REFRESH_MILLIS)
    return () => clearInterval(timer)
  }, [])
  const { data, error, reload } = useResource(
    processor.name,
    (signal) => api.deadLetters(processor.name, { signal }),
    tick,
  )
  const [said, setSaid] = useState<string | null>(null)
  const look = () => {
    reload()
    monitor.refresh()
  }
  if (!data) return error ? <Problem error={error} retry={reload} /> : <Loading lines={8} />
  const cause = data.causes.find((each) => each.fingerprint === route.cause)
  const shown = cause ? data.deadLetters.filter((each) => cause.ids.includes(each.id)) : data.deadLetters
  return (
    <>
      {error && <Problem error={error} retry={reload} />}
      <Redriving processor={processor.name} data={data} cause={cause} onAsked={look} />
      {said && (
        <p className="letters-said" role="status">
          {said}
        </p>
      )}
      {data.deadLetters.length === 0 && !route.id && (
        <Empty title="No dead letters">
          {processor.name} has handled every event that it has read. One that it cannot handle blocks its key and shows
          here; the events of other keys go on.
        </Empty>
      )}
      <div className="letters-columns">
        {data.deadLetters.length > 0 && (
          <div className="letters-lists">
            <Causes data={data} route={route} processor={processor.name} />
            <Keys letters={shown} route={route} processor={processor} />
          </div>
        )}
        {route.id && (
          <Letter
            key={route.id}
            processor={processor}
            id={route.id}
            changed={data.deadLetters.find((each) => each.id === route.id)}
            onDone={(text) => {
              setSaid(text)
              look()
            }}
          />
        )}
      </div>
    </>
  )
}

/** Tries all again, or those of a cause, and says how it goes. */
function Redriving({
  processor,
  data,
  cause,
  onAsked,
}: {
  processor: string
  data: DeadLetterList
  cause: DeadLetterList['causes'][number] | undefined
  onAsked: () => void
}) {
  const [rate, setRate] = useState(String(USUAL_RATE))
  const [asked, setAsked] = useState<Asked | null>(null)
  const [failure, setFailure] = useState<Error | null>(null)
  const progress = asked && redriveProgress(asked, data.deadLetters)
  const perSecond = Number(rate)
  const isRate = Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= MOST_RATE
  const letters = cause ? data.deadLetters.filter((each) => cause.ids.includes(each.id)) : data.deadLetters
  if (letters.length === 0 && !progress) return null
  return (
    <>
      <form
        className="filters"
        aria-label="Try again"
        onSubmit={(event) => {
          event.preventDefault()
          setFailure(null)
          setAsked(letters)
          api
            .redriveMany(processor, perSecond, cause?.fingerprint)
            .catch((reason: Error) => {
              setAsked(null)
              setFailure(reason)
            })
            .finally(onAsked)
        }}
      >
        <Button type="submit" icon="reset" disabled={!isRate || letters.length === 0 || !!progress?.left}>
          {cause ? `Try the ${plural(letters.length, 'key')} of this cause again` : `Try all ${letters.length} again`}
        </Button>
        <label className="field letters-rate">
          <span className="muted">at most</span>
          <input
            aria-label="Keys a second"
            inputMode="numeric"
            value={rate}
            aria-invalid={!isRate}
            onChange={(event) => setRate(event.target.value)}
          />
          <span className="muted">keys a second</span>
        </label>
        {progress && (
          <span className="letters-progress" role="status" data-left={progress.left}>
            <progress value={progress.asked - progress.left} max={progress.asked} aria-hidden="true" />
            {sayProgress(progress)}
          </span>
        )}
      </form>
      {failure && <Problem error={failure} />}
    </>
  )
}

function Causes({ data, route, processor }: { data: DeadLetterList; route: LettersRoute; processor: string }) {
  return (
    <Panel title="Causes" aside={<span className="muted">the most frequent first</span>}>
      <ul className="causes" aria-label="Causes">
        {data.causes.map((cause) => {
          const isChosen = cause.fingerprint === route.cause
          return (
            <li key={cause.fingerprint}>
              <a
                href={formatRoute({
                  view: 'dead-letters',
                  processor,
                  ...(isChosen ? {} : { cause: cause.fingerprint }),
                })}
                aria-current={isChosen ? 'true' : undefined}
                title={isChosen ? 'Show all keys' : 'Show the keys of this cause only'}
              >
                <b className="num">{count(cause.count)}</b>
                <span className="cause-text">
                  <span className="cause-exception">{cause.exception.replace(/^.*\./, '')}</span> {cause.message}
                </span>
              </a>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

/** So many rows are drawn; a processor stops before it has many more. */
const MOST_ROWS = 500

function Keys({
  letters,
  route,
  processor,
}: {
  letters: readonly DeadLetter[]
  route: LettersRoute
  processor: ProcessorStatus
}) {
  return (
    <Panel
      title="Blocked keys"
      aside={
        <span className="muted">
          {letters.length > MOST_ROWS ? `the first ${count(MOST_ROWS)} of ${count(letters.length)}` : letters.length}
        </span>
      }
    >
      <div className="scroll-x">
        <table className="table letters-table">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Event</th>
              <th scope="col" className="right">
                Attempts
              </th>
              <th scope="col">Last failed</th>
            </tr>
          </thead>
          <tbody>
            {letters.slice(0, MOST_ROWS).map((letter) => (
              <tr key={letter.id} data-letter={letter.id} aria-selected={letter.id === route.id}>
                <th scope="row">
                  <a className="link" href={formatRoute({ ...route, processor: processor.name, id: letter.id })}>
                    {letter.key}
                  </a>
                  {letter.redriving && <span className="chip">trying again</span>}
                  {letter.edited && <span className="chip">edited</span>}
                </th>
                <td>
                  <a className="link" href={eventRoute(processor.context, letter.position)}>
                    {letter.type} <span className="num">{count(letter.position)}</span>
                  </a>
                </td>
                <td className="right num">{count(letter.attempts)}</td>
                <td>
                  <Age iso={letter.lastFailed} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

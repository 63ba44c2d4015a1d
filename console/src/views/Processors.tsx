import { useState } from 'react'
import { api } from '../api/client'
import type { ProcessorOperation, ProcessorStatus } from '../api/types'
import { useNode } from '../app/hooks'
import { monitor, WINDOW_SECONDS } from '../app/monitor'
import { Button, Empty, Loading, Panel, Problem } from '../parts/basics'
import { Confirm } from '../parts/Dialog'
import { Sparkline } from '../parts/Sparkline'
import { count, NONE, plural, seconds } from '../model/format'
import { formatRoute } from '../model/routes'

const TONES: Record<ProcessorStatus['state'], string> = {
  starting: 'calm',
  standby: 'calm',
  'catching-up': 'busy',
  live: 'good',
  retrying: 'warn',
  paused: 'calm',
  stopped: 'bad',
}

/** Less is the ordinary time that a batch takes. */
const BEHIND_SECONDS = 1

function State({ status }: { status: ProcessorStatus }) {
  return (
    <span className={`state state-${TONES[status.state] ?? 'calm'}`} title={status.problem}>
      <span className="dot" aria-hidden="true" />
      {status.state.replace('-', ' ')}
    </span>
  )
}

/** Every processor, how far it is, and what an operator can do about it. */
export function Processors() {
  const { processors, overview, error } = useNode()
  const [resetting, setResetting] = useState<string | null>(null)
  const [failure, setFailure] = useState<Error | null>(null)

  const operate = (name: string, operation: ProcessorOperation) => {
    setFailure(null)
    api
      .operate(name, operation)
      .catch((reason: Error) => setFailure(reason))
      .finally(monitor.refresh)
  }

  const behind = processors.filter(
    (each) => each.lagEvents > 0 && (each.lagSeconds ?? Infinity) >= BEHIND_SECONDS,
  ).length
  return (
    <Panel
      className="processors"
      title="Processors"
      aside={
        processors.length > 0 && (
          <span className="muted">
            {behind ? `${behind} of ${processors.length} behind` : `all ${processors.length} level`}
          </span>
        )
      }
    >
      {failure && <Problem error={failure} />}
      {!overview && (error ? <Problem error={error} /> : <Loading />)}
      {overview && processors.length === 0 && (
        <Empty title="No processors">
          Add a projection or a reaction to a context, and it shows here how far it is.
        </Empty>
      )}
      {processors.length > 0 && (
        <div className="scroll-x">
          <table className="table processors-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">State</th>
                <th scope="col" className="right">
                  Position
                </th>
                <th scope="col" className="right">
                  Lag
                </th>
                <th scope="col" className="lag-shape">
                  <span className="visually-hidden">Lag over the last 5 minutes</span>
                </th>
                <th scope="col">
                  <span className="visually-hidden">Operations</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {processors.map((status) => (
                <ProcessorRow
                  key={status.name}
                  status={status}
                  turn={overview?.time}
                  operate={operate}
                  askReset={setResetting}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {resetting && (
        <Confirm
          title={`Reset ${resetting}?`}
          action="Reset"
          onClose={() => setResetting(null)}
          onConfirm={() => {
            operate(resetting, 'reset')
            setResetting(null)
          }}
        >
          <p>
            It begins again at the first event. What a projection has written is cleared and written anew; a reaction
            sends its commands again, under the same ids, so that each still counts once.
          </p>
        </Confirm>
      )}
    </Panel>
  )
}

function ProcessorRow({
  status,
  turn,
  operate,
  askReset,
}: {
  status: ProcessorStatus
  turn: unknown
  operate: (name: string, operation: ProcessorOperation) => void
  askReset: (name: string) => void
}) {
  const isPaused = status.state === 'paused'
  const lag = monitor.history.lags.get(status.name)
  const share = status.head > 0 ? Math.min(1, status.position / status.head) : 1
  return (
    <tr data-processor={status.name} data-state={status.state}>
      <th scope="row">
        <span className="processor-name">{status.name}</span>
        <span className="processor-kind">{status.kind}</span>
      </th>
      <td>
        <State status={status} />
        {status.deadLetters > 0 && (
          <a
            className="blocked-keys"
            href={formatRoute({ view: 'dead-letters', processor: status.name })}
            title="Events that could not be handled"
          >
            {plural(status.deadLetters, 'blocked key')}
          </a>
        )}
      </td>
      <td className="right num">
        {count(status.position)}
        <span className="progress" aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
      </td>
      <td className="right num lag" title={`${plural(status.lagEvents, 'event')} behind`}>
        <span data-lag={status.lagEvents}>{count(status.lagEvents)}</span>
        <span className="lag-seconds">{status.lagSeconds === undefined ? NONE : seconds(status.lagSeconds)}</span>
      </td>
      <td className="lag-shape">
        <Sparkline
          values={lag?.column('lag') ?? []}
          most={WINDOW_SECONDS}
          turn={turn}
          label={`Lag of ${status.name} over the last minutes`}
        />
      </td>
      <td className="operations">
        {isPaused ? (
          <Button
            quiet
            icon="play"
            aria-label={`Resume ${status.name}`}
            title="Resume"
            onClick={() => operate(status.name, 'resume')}
          />
        ) : (
          <Button
            quiet
            icon="pause"
            aria-label={`Pause ${status.name}`}
            title="Pause"
            onClick={() => operate(status.name, 'pause')}
          />
        )}
        <Button
          quiet
          icon="reset"
          aria-label={`Reset ${status.name}`}
          title="Reset: begin again at the first event"
          onClick={() => askReset(status.name)}
        />
      </td>
    </tr>
  )
}

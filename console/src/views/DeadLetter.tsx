import { useState } from 'react'
import { api } from '../api/client'
import type { DeadLetter, InspectedLetter, ProcessorStatus } from '../api/types'
import { useResource } from '../app/hooks'
import { count, plural } from '../model/format'
import { jsonText } from '../model/jsonText'
import { eventRoute } from '../model/routes'
import { Button, Empty, Loading, Panel, Problem, Tag, Time } from '../parts/basics'
import { Dialog } from '../parts/Dialog'
import { JsonView } from '../parts/JsonView'

/** The node does not count further. */
const MOST_COUNTED = 1_000

type Asking = 'edit' | 'discard' | null

/** One blocked key: its event, why it failed, and what can be done. */
export function Letter({
  processor,
  id,
  changed,
  onDone,
}: {
  processor: ProcessorStatus
  id: string
  /** As the list has it now; when it changes, it is looked at again. */
  changed: DeadLetter | undefined
  onDone: (text: string) => void
}) {
  const { data, error, reload } = useResource(
    id,
    (signal) => api.deadLetter(processor.name, id, { signal }),
    changed ? `${changed.position} ${changed.attempts} ${changed.lastFailed} ${changed.edited}` : 'gone',
  )
  const [asking, setAsking] = useState<Asking>(null)
  const [isTrying, setTrying] = useState(false)
  const [failure, setFailure] = useState<Error | null>(null)
  if (!changed && !isTrying) {
    return (
      <Panel className="letter">
        <Empty title="This key is not blocked any more">Its events are handled again, in their order.</Empty>
      </Panel>
    )
  }
  if (!data) return error ? <Problem error={error} retry={reload} /> : <Loading lines={8} />

  const operate = (work: Promise<boolean>, done: string) => {
    setFailure(null)
    setTrying(true)
    work
      .then((level) => onDone(level ? `${data.key}: ${done}` : `${data.key} is blocked again`))
      .catch((reason: Error) => setFailure(reason))
      .finally(() => setTrying(false))
  }
  return (
    <Panel
      className="letter"
      label={`Dead letter of ${data.key}`}
      title={data.key}
      aside={
        <a className="link" href={eventRoute(processor.context, data.position)}>
          {data.type} <span className="num">{count(data.position)}</span>
        </a>
      }
    >
      <div className="letter-buttons">
        <Button
          icon="reset"
          disabled={isTrying}
          onClick={() => operate(api.redrive(processor.name, id), 'tried again, and level')}
        >
          {isTrying ? 'Trying…' : 'Try again'}
        </Button>
        <Button disabled={isTrying} onClick={() => setAsking('edit')}>
          Edit…
        </Button>
        <Button disabled={isTrying} onClick={() => setAsking('discard')}>
          Discard…
        </Button>
      </div>
      {failure && <Problem error={failure} />}
      <LetterFacts letter={data} context={processor.context} />
      {asking === 'edit' && (
        <Edit
          letter={data}
          processor={processor.name}
          onClose={() => setAsking(null)}
          onKept={() => {
            setAsking(null)
            reload()
            onDone(`${data.key} was edited; try it again`)
          }}
        />
      )}
      {asking === 'discard' && (
        <Discard
          letter={data}
          onClose={() => setAsking(null)}
          onConfirm={(reason) => {
            setAsking(null)
            operate(api.discard(processor.name, id, reason), 'the event was passed over, and the key is level')
          }}
        />
      )}
    </Panel>
  )
}

function LetterFacts({ letter, context }: { letter: InspectedLetter; context: string }) {
  const more = letter.waiting >= MOST_COUNTED ? ' or more' : ''
  return (
    <>
      <p className="letter-error">
        <b>{letter.cause.exception}</b>
        <span>{letter.cause.message}</span>
      </p>
      {letter.unreadable && <p className="letter-error">The program cannot read the event: {letter.unreadable}</p>}
      <dl className="facts">
        <dt>Attempts</dt>
        <dd className="num">{count(letter.attempts)}</dd>
        <dt>Failed</dt>
        <dd>
          <Time iso={letter.firstFailed} long /> to <Time iso={letter.lastFailed} long />
        </dd>
        <dt>Waiting</dt>
        <dd data-waiting={letter.waiting}>
          {letter.waiting
            ? `${plural(letter.waiting, 'later event')}${more} of this key`
            : 'no later event of this key'}
        </dd>
        <dt>About</dt>
        <dd className="event-tags">
          {letter.event.tags.map((tag) => (
            <Tag key={tag} context={context} tag={tag} tenant={letter.event.tenant} at={letter.position} />
          ))}
        </dd>
      </dl>
      <h3 className="letter-heading">Data of the event</h3>
      {letter.event.data !== undefined ? (
        <JsonView value={letter.event.data} label="Data of the event" />
      ) : (
        <p className="mono raw">{letter.event.dataBase64}</p>
      )}
      {letter.edit !== undefined && (
        <>
          <h3 className="letter-heading">Handled instead</h3>
          <JsonView value={letter.edit} label="Edited data" />
        </>
      )}
    </>
  )
}

/** The node checks that it can be read as this type of event, with the same tags. */
function Edit({
  letter,
  processor,
  onClose,
  onKept,
}: {
  letter: InspectedLetter
  processor: string
  onClose: () => void
  onKept: () => void
}) {
  const [text, setText] = useState(() => jsonText(letter.edit ?? letter.event.data ?? {}))
  const [failure, setFailure] = useState<Error | null>(null)
  const [isKeeping, setKeeping] = useState(false)
  return (
    <Dialog label={`Edit ${letter.type} of ${letter.key}`} className="confirm letter-edit" onClose={onClose}>
      <h2>Edit what is handled</h2>
      <p className="confirm-text">
        The stored event stays as it is; this is handled instead when it is tried again. Who edits is recorded.
      </p>
      <textarea
        className="mono"
        aria-label="Data as JSON"
        spellCheck={false}
        rows={14}
        value={text}
        autoFocus
        onChange={(event) => setText(event.target.value)}
      />
      {failure && <Problem error={failure} />}
      <div className="confirm-buttons">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          disabled={isKeeping}
          onClick={() => {
            setKeeping(true)
            setFailure(null)
            api
              .edit(processor, letter.id, text)
              .then(onKept)
              .catch((reason: Error) => setFailure(reason))
              .finally(() => setKeeping(false))
          }}
        >
          Keep
        </Button>
      </div>
    </Dialog>
  )
}

function Discard({
  letter,
  onClose,
  onConfirm,
}: {
  letter: InspectedLetter
  onClose: () => void
  onConfirm: (reason: string) => void
}) {
  const [reason, setReason] = useState('')
  return (
    <Dialog label={`Discard ${letter.type} of ${letter.key}?`} className="confirm" onClose={onClose}>
      <form
        className="letter-form"
        onSubmit={(event) => {
          event.preventDefault()
          onConfirm(reason.trim())
        }}
      >
        <h2>Pass this event over?</h2>
        <p className="confirm-text">
          {letter.type} {count(letter.position)} is never handled here; the key goes on with its later events. The
          reason is recorded.
        </p>
        <label className="field">
          <input
            aria-label="Reason"
            placeholder="Reason"
            value={reason}
            autoFocus
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <div className="confirm-buttons">
          <Button onClick={onClose}>Cancel</Button>
          <Button danger type="submit" disabled={!reason.trim()}>
            Discard
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

import { memo, useMemo, useState } from 'react'
import type { Json } from '../api/types'
import type { Change, Kind } from '../model/diff'
import { inline, type JsonLine, jsonLines, type Token } from '../model/jsonLines'
import { plural } from '../model/format'
import { Button } from './basics'

/** More lines are shown when asked for. */
const FIRST_LINES = 300

const Tokens = ({ tokens }: { tokens: readonly Token[] }) => (
  <>
    {tokens.map((token, index) => (
      <span key={index} className={`json-${token.kind}`}>
        {token.text}
      </span>
    ))}
  </>
)

const Line = memo(function Line({ line }: { line: JsonLine }) {
  return (
    <div
      className={`json-line ${line.change ? `json-${line.change}` : ''}`}
      style={{ paddingLeft: `${12 + line.indent * 16}px` }}
    >
      <Tokens tokens={line.tokens} />
    </div>
  )
})

const NO_CHANGES: readonly Change[] = []

/** A JSON value, in colours; with changes, what is new stands out. */
export function JsonView({
  value,
  changes = NO_CHANGES,
  label,
}: {
  value: Json
  changes?: readonly Change[]
  label: string
}) {
  const [all, setAll] = useState(false)
  const lines = useMemo(
    () =>
      jsonLines(
        value,
        new Map<string, Kind>(
          changes.filter((change) => change.kind !== 'removed').map((change) => [change.path, change.kind]),
        ),
      ),
    [value, changes],
  )
  const shown = all ? lines : lines.slice(0, FIRST_LINES)
  return (
    <div className="json mono" role="group" aria-label={label} tabIndex={0}>
      {shown.map((line, index) => (
        <Line key={index} line={line} />
      ))}
      {shown.length < lines.length && (
        <Button quiet onClick={() => setAll(true)}>
          {plural(lines.length - shown.length, 'more line')}
        </Button>
      )}
    </div>
  )
}

function Value({ value }: { value: Json | undefined }) {
  if (value === undefined) return null
  const tokens = inline(value, 48)
  return tokens ? (
    <Tokens tokens={tokens} />
  ) : (
    <span className="json-mark">{Array.isArray(value) ? `[${value.length}]` : '{…}'}</span>
  )
}

const SIGNS: Record<Kind, string> = { added: '+', removed: '−', changed: '~' }

/** What changed, path by path. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <p className="changes-none muted">Unchanged by this event</p>
  return (
    <ul className="changes mono">
      {changes.map((change) => (
        <li key={`${change.kind}${change.path}`} className={`change json-${change.kind}`} data-kind={change.kind}>
          <span className="change-sign" role="img" aria-label={change.kind}>
            {SIGNS[change.kind]}
          </span>
          <span className="change-path">{change.path || 'state'}</span>
          <span className="change-values">
            {change.kind !== 'added' && (
              <del>
                <Value value={change.before} />
              </del>
            )}
            {change.kind !== 'removed' && (
              <ins>
                <Value value={change.after} />
              </ins>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

import { columnFormat, type Row, toNumber } from '../model/table'

/** The rows as bars of one of their columns, with its figures beside them. */
export function Bars({ rows, label, measure }: { rows: readonly Row[]; label: string; measure: string }) {
  const values = rows.map((row) => toNumber(row[measure]) ?? 0)
  const format = columnFormat(rows, measure)
  const most = Math.max(...values.map(Math.abs), 0.000_1)
  return (
    <ol className="bars">
      {rows.map((row, index) => {
        const value = values[index] ?? 0
        return (
          <li key={String(row[label] ?? index)}>
            <span className="bars-label" title={String(row[label])}>
              {String(row[label] ?? '–')}
            </span>
            <span className="bars-value num">{format(value)}</span>
            <span className={`bars-bar ${value < 0 ? 'bars-negative' : ''}`} aria-hidden="true">
              <span style={{ width: `${(Math.abs(value) / most) * 100}%` }} />
            </span>
          </li>
        )
      })}
    </ol>
  )
}

import { useEffect, useState } from 'react'
import { api } from '../api/client'
import type { Json, Rows } from '../api/types'
import { go, useNode, useResource, useTitle } from '../app/hooks'
import { Bars } from '../parts/Bars'
import { Button, Empty, Loading, Panel, Problem } from '../parts/basics'
import { Icon } from '../parts/Icon'
import { amount, count, heading } from '../model/format'
import { formatRoute, type Route } from '../model/routes'
import { COMPARISONS, type Comparison, formatFilter, nextSort, sayFilter } from '../model/rowFilter'
import { columnFormat, columnSum, isNumeric, labelColumn, mainMeasure, numericColumns, toNumber } from '../model/table'

type ModelRoute = Extract<Route, { view: 'read-model' }>

const PAGE = 50
const LARGEST = 12
const REFRESH_MILLIS = 2_000

export function ReadModels({ route }: { route: ModelRoute }) {
  useTitle(route.table ? heading(route.table) : 'Read models')
  const { contexts, error } = useNode()
  if (!contexts) return error ? <Problem error={error} /> : <Loading lines={10} />
  const all = contexts.flatMap((context) =>
    context.readModels.flatMap((model) => model.tables.map((table) => ({ name: model.name, table }))),
  )
  if (all.length === 0) {
    return (
      <Empty title="No read models">
        A projection that is told to show its tables (“showing”) appears here with their rows.
      </Empty>
    )
  }
  const chosen = route.name
    ? { name: route.name, table: route.table ?? all.find((each) => each.name === route.name)?.table ?? '' }
    : all[0]
  return (
    <div className="models">
      <header className="view-head">
        <h1>Read models</h1>
      </header>
      <nav className="tabs" aria-label="Tables">
        {all.map((each) => (
          <a
            key={`${each.name}/${each.table}`}
            href={formatRoute({ view: 'read-model', ...each, where: [] })}
            aria-current={each.name === chosen?.name && each.table === chosen.table ? 'page' : undefined}
            title={`Read model ${each.name}`}
          >
            {heading(each.table)}
          </a>
        ))}
      </nav>
      {chosen && <Table key={`${chosen.name}/${chosen.table}`} name={chosen.name} table={chosen.table} route={route} />}
    </div>
  )
}

function Table({ name, table, route }: { name: string; table: string; route: ModelRoute }) {
  // Cursors of the pages before this one; a page is asked for again while it is looked at.
  const [cursors, setCursors] = useState<(string | undefined)[]>([undefined])
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setTick((before) => before + 1), REFRESH_MILLIS)
    return () => clearInterval(timer)
  }, [])
  const asked = JSON.stringify([route.where, route.sort])
  useEffect(() => setCursors([undefined]), [asked])
  const cursor = cursors.at(-1)
  const { data, error, reload } = useResource(
    `${asked}#${cursor}`,
    (signal) =>
      api.rows(
        name,
        table,
        { where: route.where, sort: route.sort ? [route.sort] : undefined, limit: PAGE, cursor },
        { signal },
      ),
    tick,
  )
  const change = (changed: Partial<ModelRoute>) => go(formatRoute({ ...route, name, table, ...changed }), 'replace')

  if (!data) return error ? <Problem error={error} retry={reload} /> : <Loading lines={10} />
  const numeric = numericColumns(data.columns, data.rows)
  const label = labelColumn(data.columns, numeric) ?? ''
  const first = (cursors.length - 1) * PAGE
  return (
    <>
      <FilterBar columns={data.columns} where={route.where} onChange={(where) => change({ where })} />
      {error && <Problem error={error} retry={reload} />}
      <div className={`model-columns ${numeric.length ? '' : 'model-plain'}`}>
        <Panel
          className="model-rows"
          title={heading(table)}
          aside={
            <span className="muted num">
              {data.position
                ? `as of position ${count(Number(data.position.split(':').at(-1)))}`
                : 'nothing handled yet'}
            </span>
          }
        >
          <RowTable
            data={data}
            numeric={numeric}
            sort={route.sort}
            onSort={(sort) => change({ sort: sort as string })}
          />
          {data.rows.length === 0 && (
            <Empty title={route.where.length ? 'No row matches' : 'No rows yet'}>
              {route.where.length ? 'Take a filter away to see more.' : 'The projection has not written any.'}
            </Empty>
          )}
          <footer className="pager">
            <span className="muted num">
              {data.rows.length > 0 && `${count(first + 1)}–${count(first + data.rows.length)}`}
            </span>
            <Button
              quiet
              icon="left"
              aria-label="Page before"
              disabled={cursors.length === 1}
              onClick={() => setCursors(cursors.slice(0, -1))}
            />
            <Button
              quiet
              icon="right"
              aria-label="Next page"
              disabled={!data.next}
              onClick={() => setCursors([...cursors, data.next])}
            />
          </footer>
        </Panel>
        {numeric.length > 0 && (
          <Largest
            name={name}
            table={table}
            route={route}
            rows={data}
            numeric={numeric}
            label={label}
            tick={tick}
            onMeasure={(measure) => change({ measure })}
          />
        )}
      </div>
    </>
  )
}

function FilterBar({
  columns,
  where,
  onChange,
}: {
  columns: readonly string[]
  where: readonly string[]
  onChange: (where: string[]) => void
}) {
  const [column, setColumn] = useState(columns[0] ?? '')
  const [comparison, setComparison] = useState<Comparison>('=')
  const [value, setValue] = useState('')
  return (
    <form
      className="filters"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault()
        const term = formatFilter({ column, comparison, value })
        if (!where.includes(term)) onChange([...where, term])
        setValue('')
      }}
    >
      <select aria-label="Column" value={column} onChange={(event) => setColumn(event.target.value)}>
        {columns.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      <select
        aria-label="Comparison"
        value={comparison}
        onChange={(event) => setComparison(event.target.value as Comparison)}
      >
        {COMPARISONS.map(([sign, words]) => (
          <option key={sign} value={sign}>
            {words}
          </option>
        ))}
      </select>
      <label className="field">
        <input
          aria-label="Filter value"
          placeholder="Value"
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </label>
      <Button type="submit" icon="plus">
        Filter
      </Button>
      <span className="filter-chips">
        {where.map((term) => (
          <span key={term} className="chip">
            {sayFilter(term)}
            <button
              type="button"
              aria-label={`Remove ${sayFilter(term)}`}
              onClick={() => onChange(where.filter((each) => each !== term))}
            >
              <Icon name="close" size={10} />
            </button>
          </span>
        ))}
      </span>
    </form>
  )
}

function Cell({ value, format }: { value: Json | undefined; format: (value: number) => string }) {
  if (value === null || value === undefined) return <span className="muted">–</span>
  const number = toNumber(value)
  if (number !== null)
    return <span title={String(value)}>{typeof value === 'number' ? format(value) : String(value)}</span>
  return <>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</>
}

function RowTable({
  data,
  numeric,
  sort,
  onSort,
}: {
  data: Rows
  numeric: readonly string[]
  sort: string | undefined
  onSort: (sort: string | undefined) => void
}) {
  const formats = new Map(numeric.map((column) => [column, columnFormat(data.rows, column)]))
  return (
    <div className="scroll-x model-scroll">
      <table className="table model-table">
        <thead>
          <tr>
            {data.columns.map((column) => {
              const order = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none'
              return (
                <th key={column} scope="col" className={numeric.includes(column) ? 'right' : ''} aria-sort={order}>
                  <button type="button" className="sort" onClick={() => onSort(nextSort(sort, column))}>
                    {heading(column)}
                    <span className="sort-mark" aria-hidden="true">
                      {order !== 'none' && <Icon name={order === 'ascending' ? 'up' : 'down'} size={11} />}
                    </span>
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row, index) => (
            <tr key={index}>
              {data.columns.map((column) => (
                <td key={column} className={isNumeric(row[column]) ? 'right' : ''}>
                  <Cell value={row[column]} format={formats.get(column) ?? amount} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Largest(props: {
  name: string
  table: string
  route: ModelRoute
  rows: Rows
  numeric: readonly string[]
  label: string
  tick: number
  onMeasure: (measure: string) => void
}) {
  const { name, table, route, numeric, label } = props
  const chosen = route.measure ?? ''
  const measure = numeric.includes(chosen) ? chosen : (mainMeasure(props.rows.rows, numeric) ?? '')
  const { data, error } = useResource(
    `${JSON.stringify(route.where)}#${measure}`,
    (signal) => api.rows(name, table, { where: route.where, sort: [`-${measure}`], limit: LARGEST }, { signal }),
    props.tick,
  )
  return (
    <Panel
      className="largest"
      title="Largest"
      aside={
        <select
          className="measure-choice"
          aria-label="Figure of the bars"
          value={measure}
          onChange={(event) => props.onMeasure(event.target.value)}
        >
          {numeric.map((column) => (
            <option key={column} value={column}>
              {heading(column)}
            </option>
          ))}
        </select>
      }
    >
      {error && !data && <Problem error={error} />}
      {data && <Bars rows={data.rows} label={label} measure={measure} />}
      {data && !data.next && (
        <p className="largest-sum">
          <span className="muted">Sum of {data.rows.length}</span>
          <b className="num" data-sum={measure}>
            {columnFormat(data.rows, measure)(columnSum(data.rows, measure))}
          </b>
        </p>
      )}
    </Panel>
  )
}

import { useMemo, useState } from 'react'
import { api, EVERY_TENANT } from '../api/client'
import type { RecordedEvent, Rows } from '../api/types'
import { useNode, useResource, useTitle } from '../app/hooks'
import { monitor, WINDOW_SECONDS } from '../app/monitor'
import { Empty, Loading, Panel, Problem, Tag, Time } from '../parts/basics'
import { Bars } from '../parts/Bars'
import { Chart, type Line } from '../parts/Chart'
import { Preview } from '../parts/Preview'
import { heading, millis, rate, short } from '../model/format'
import { eventRoute, formatRoute } from '../model/routes'
import type { Series } from '../model/series'
import {
  columnFormat,
  columnSum,
  labelColumn,
  mainMeasure,
  numericColumns,
  toNumber,
  totalsScore,
} from '../model/table'
import { Processors } from './Processors'
import { DiskNotice, Stores } from './Stores'

const CHART_HEIGHT = 188
const NEWEST = 14
const TOTALS = 7

export function Overview() {
  useTitle('Overview')
  return (
    <div className="overview">
      <h1 className="visually-hidden">Overview</h1>
      <DiskNotice />
      <Throughput />
      <Latency />
      <Totals />
      <Processors />
      <NewestEvents />
      <Stores />
    </div>
  )
}

interface Figure<K> {
  name: K
  label: string
  unit?: string
}

/** A chart under the figures of now, or of the time under the pointer. */
function FigureChart<K extends string>(props: {
  title: string
  hint: string
  figures: readonly [Figure<K>, Figure<K>]
  series: Series<K>
  format: (value: number | null) => string
  axis: (value: number) => string
  /** How far the axis goes at least. */
  least: number
}) {
  useNode()
  const [hovered, setHovered] = useState<number | null>(null)
  const lines: Line[] = [
    { label: props.figures[0].label, colour: 'accent', fill: true },
    { label: props.figures[1].label, colour: 'second' },
  ]
  const names = props.figures.map((figure) => figure.name)
  const data = props.series.columns(...names)
  const at = hovered === null ? undefined : props.series.time(hovered)
  return (
    <Panel
      className="figures-panel"
      title={props.title}
      aside={
        <span className="muted num">
          {at === undefined ? props.hint : <Time iso={new Date(at * 1_000).toISOString()} />}
        </span>
      }
    >
      <dl className="figures">
        {props.figures.map((figure, index) => (
          <div key={figure.name} className={index ? 'figure-second' : 'figure-first'}>
            <dt>{figure.label}</dt>
            <dd className="num" data-figure={figure.name}>
              {props.format(hovered === null ? props.series.last(figure.name) : props.series.at(figure.name, hovered))}
              {figure.unit && <small>{figure.unit}</small>}
            </dd>
          </div>
        ))}
      </dl>
      <Chart
        label={`${props.title} over the last 5 minutes`}
        lines={lines}
        data={data as [number[], ...(number | null)[][]]}
        seconds={WINDOW_SECONDS}
        height={CHART_HEIGHT}
        format={props.axis}
        least={props.least}
        onHover={setHovered}
      />
    </Panel>
  )
}

function Throughput() {
  return (
    <FigureChart
      title="Throughput"
      hint="last 5 min"
      series={monitor.history.throughput}
      figures={[
        { name: 'stored', label: 'Events stored', unit: '/s' },
        { name: 'handled', label: 'Events handled', unit: '/s' },
      ]}
      format={rate}
      axis={short}
      least={8}
    />
  )
}

function Latency() {
  const { overview } = useNode()
  return (
    <FigureChart
      title={overview && !overview.appendMillis ? 'Command latency' : 'Append latency'}
      hint="until durable"
      series={monitor.history.latency}
      figures={[
        { name: 'p50', label: 'p50' },
        { name: 'p99', label: 'p99' },
      ]}
      format={millis}
      axis={(value) => millis(value)}
      least={1}
    />
  )
}

/** The first read model that looks like totals; each is looked at once, the found one often. */
function Totals() {
  const { contexts, overview } = useNode()
  const names = useMemo(
    () =>
      (contexts ?? []).flatMap((context) =>
        context.readModels.flatMap((model) => model.tables.map((table) => [model.name, table] as const)),
      ),
    [contexts],
  )
  const key = names.map((each) => each.join('/')).join(' ')
  // While nothing looks like totals yet, as in an empty store, it is looked for again now and then.
  const [found, setFound] = useState<{ name: string; table: string } | null>(null)
  const tick = overview ? Math.floor(Date.parse(overview.time) / (found ? 2_000 : 5_000)) : 0
  const { data, error, loading } = useResource(
    names.length && tick ? key : null,
    async (signal) => {
      if (found) return api.rows(found.name, found.table, { limit: 50 }, { signal })
      let best: Rows | null = null
      for (const [name, table] of names) {
        const rows = await api.rows(name, table, { limit: 50 }, { signal })
        if (totalsScore(rows) > (best ? totalsScore(best) : 0)) best = rows
      }
      if (best) setFound({ name: best.readModel, table: best.table })
      return best
    },
    tick,
  )
  if (!contexts || (loading && !data && names.length > 0)) {
    return (
      <Panel className="totals" title="Totals">
        {error ? <Problem error={error} /> : <Loading />}
      </Panel>
    )
  }
  if (!data) {
    return (
      <Panel className="totals" title="Totals">
        {error ? (
          <Problem error={error} />
        ) : (
          <Empty title="No totals yet">
            A read model with a label and figures beside it shows here, its largest rows first.
          </Empty>
        )}
      </Panel>
    )
  }
  return <TotalsOf table={data} />
}

function TotalsOf({ table }: { table: Rows }) {
  const numeric = numericColumns(table.columns, table.rows)
  const label = labelColumn(table.columns, numeric) ?? ''
  const main = mainMeasure(table.rows, numeric) ?? ''
  const [chosen, setChosen] = useState<string | null>(null)
  const measure = chosen && numeric.includes(chosen) ? chosen : main
  const largest = [...table.rows]
    .sort((a, b) => (toNumber(b[measure]) ?? 0) - (toNumber(a[measure]) ?? 0))
    .slice(0, TOTALS)
  const href = formatRoute({
    view: 'read-model',
    name: table.readModel,
    table: table.table,
    where: [],
    sort: `-${measure}`,
  })
  return (
    <Panel
      className="totals"
      title={<a href={href}>{heading(table.table)}</a>}
      aside={<span className="muted">{table.next ? 'first rows' : 'live'}</span>}
    >
      <div className="measures" role="group" aria-label="Figure to compare">
        {numeric.map((column) => (
          <button
            key={column}
            type="button"
            className="measure"
            aria-pressed={column === measure}
            onClick={() => setChosen(column)}
          >
            <span>{heading(column)}</span>
            <b className="num" data-total={column}>
              {short(columnSum(table.rows, column))}
            </b>
            <span className="visually-hidden">{columnFormat(table.rows, column)(columnSum(table.rows, column))}</span>
          </button>
        ))}
      </div>
      <Bars rows={largest} label={label} measure={measure} />
    </Panel>
  )
}

function NewestEvents() {
  const { contexts, overview } = useNode()
  const heads = overview
    ? Object.entries(overview.heads)
        .map(([name, head]) => `${name}:${head}`)
        .join()
    : null
  const { data, error } = useResource(
    contexts && heads !== null ? 'newest' : null,
    async (signal) => {
      const pages = await Promise.all(
        (contexts ?? []).map(async (context) => {
          const page = await api.events(
            context.name,
            { order: 'descending', limit: NEWEST },
            { signal, tenant: EVERY_TENANT },
          )
          return page.events.map((event) => ({ context: context.name, event }))
        }),
      )
      return pages
        .flat()
        .sort((a, b) => b.event.time.localeCompare(a.event.time) || b.event.position - a.event.position)
        .slice(0, NEWEST)
    },
    heads,
  )
  return (
    <Panel
      className="newest"
      title={<a href={formatRoute({ view: 'tail', types: [], tags: [] })}>Newest events</a>}
      aside={<a href="#/tail">Live tail</a>}
    >
      {error && !data && <Problem error={error} />}
      {!data && !error && <Loading />}
      {data?.length === 0 && <Empty title="No events yet">Send a command, and its events appear here.</Empty>}
      <ul className="newest-list">
        {data?.map(({ context, event }) => (
          <NewestEvent key={`${context}/${event.position}`} context={context} event={event} />
        ))}
      </ul>
    </Panel>
  )
}

function NewestEvent({ context, event }: { context: string; event: RecordedEvent }) {
  const subject = event.tags[0]
  return (
    <li>
      <a className="newest-event" href={eventRoute(context, event.position)}>
        <span className="event-type">{event.type}</span>
        <Preview event={event} />
      </a>
      {subject && <Tag context={context} tag={subject} tenant={event.tenant} />}
      <span className="muted num newest-time">
        <Time iso={event.time} />
      </span>
    </li>
  )
}

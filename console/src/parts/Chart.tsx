import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colour, paint } from '../app/theme'
import { useStore } from '../app/store'

export interface Line {
  label: string
  /** A custom property with a colour. */
  colour: string
  fill?: boolean
  dashed?: boolean
}

interface Props {
  label: string
  lines: readonly Line[]
  data: [number[], ...(number | null)[][]]
  seconds: number
  height: number
  format: (value: number) => string
  /** How far the axis of values goes at least. */
  least: number
  /** The index under the pointer; null when it has left. */
  onHover: (index: number | null) => void
}

const AXIS_FONT = '11px system-ui, -apple-system, "Segoe UI", sans-serif'

const YOUNGEST_SECONDS = 60

const two = (value: number) => String(value).padStart(2, '0')

const timeOfDay = (at: number) => {
  const time = new Date(at * 1_000)
  const seconds = time.getSeconds()
  return `${two(time.getHours())}:${two(time.getMinutes())}${seconds ? `:${two(seconds)}` : ''}`
}

/** A time at an edge would be cut. */
function hasRoom(plot: uPlot, tick: number) {
  const x = plot.valToPos(tick, 'x')
  return x > 8 && x < plot.over.clientWidth - 12
}

/** Without a value there is nothing that an axis could measure. */
const isEmpty = (plot: uPlot) =>
  (plot.data.slice(1) as (number | null)[][]).every((values) => values.every((value) => value === null))

function options(props: Props, width: number, hover: (index: number | null) => void): uPlot.Options {
  const axis = { stroke: colour('text-faint'), font: AXIS_FONT, ticks: { show: false } }
  return {
    width,
    height: props.height,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: {
        size: 7,
        width: 2,
        fill: () => colour('surface'),
        stroke: (_, line) => colour(props.lines[line - 1]?.colour ?? 'accent'),
      },
      drag: { x: false, y: false },
    },
    scales: {
      // A young page shows its first minute in full.
      x: {
        time: true,
        range: (_, min, max) => [max - Math.min(props.seconds, Math.max(YOUNGEST_SECONDS, max - min)), max],
      },
      y: { range: (_, __, max) => [0, Math.max(max * 1.15, props.least)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        gap: 8,
        grid: { show: false },
        space: 70,
        values: (plot, ticks) => ticks.map((tick) => (hasRoom(plot, tick) ? timeOfDay(tick) : '')),
        incrs: [30, 60, 120],
      },
      {
        ...axis,
        size: 46,
        gap: 6,
        space: 34,
        grid: { stroke: colour('line-faint'), width: 1 },
        values: (plot, ticks) => ticks.map((tick) => (isEmpty(plot) ? '' : props.format(tick))),
      },
    ],
    series: [
      {},
      ...props.lines.map((line): uPlot.Series => ({
        label: line.label,
        stroke: colour(line.colour),
        width: 1.75,
        ...(line.fill ? { fill: colour(`${line.colour}-wash`) } : {}),
        ...(line.dashed ? { dash: [4, 3] } : {}),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: { setCursor: [(plot) => hover(plot.cursor.idx ?? null)] },
  }
}

/** Lines over the last minutes. The picture is for the eye; its figures stand beside it as text. */
export function Chart(props: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const painted = useStore(paint)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    const element = frame.current
    if (!element) return
    let last: number | null = null
    const hover = (index: number | null) => {
      if (index !== last) latest.current.onHover(index)
      last = index
    }
    const made = new uPlot(options(latest.current, element.clientWidth, hover), latest.current.data, element)
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: latest.current.height }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      made.destroy()
    }
  }, [painted, props.height])

  const newest = props.data[0].at(-1)
  useEffect(() => {
    plot.current?.setData(latest.current.data)
  }, [newest])

  return <div ref={frame} className="chart" role="img" aria-label={props.label} data-height={props.height} />
}

import { api, ProblemError } from '../api/client'
import type { ContextDescription, Overview, ProcessorStatus } from '../api/types'
import { Growth, Rate } from '../model/rates'
import { Series } from '../model/series'
import { Store } from './store'

/** What the charts show, in seconds. */
export const WINDOW_SECONDS = 300

const EVERY_MILLIS = 1_000
const TIMEOUT_MILLIS = 8_000
const CONTEXTS_EVERY = 20

export interface NodeState {
  connection: 'connecting' | 'connected' | 'away'
  /** Grows with each connection made again: what was read before may not hold any more. */
  generation: number
  overview: Overview | null
  processors: ProcessorStatus[]
  contexts: ContextDescription[] | null
  error: Error | null
}

export type ThroughputName = 'stored' | 'handled'
export type LatencyName = 'p50' | 'p99'

export interface History {
  throughput: Series<ThroughputName>
  latency: Series<LatencyName>
  /** Of events, by processor. */
  lags: Map<string, Series<'lag'>>
}

/**
 * Looks at the node once a second, whatever view is open, so that charts go on while others are
 * looked at. The only place that knows whether the node is there.
 */
export class Monitor {
  readonly state = new Store<NodeState>({
    connection: 'connecting',
    generation: 0,
    overview: null,
    processors: [],
    contexts: null,
    error: null,
  })
  history = emptyHistory()

  private stored = new Rate()
  private handled = new Rate()
  private growth = new Growth()
  private looks = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private running = false

  start() {
    if (this.running) return
    this.running = true
    void this.look()
  }

  /** Looks now, as after an operation. */
  readonly refresh = () => {
    if (!this.running) return
    clearTimeout(this.timer)
    void this.look()
  }

  private async look() {
    const signal = AbortSignal.timeout(TIMEOUT_MILLIS)
    const look = ++this.looks
    try {
      const before = this.state.get()
      const needsContexts = !before.contexts || before.connection === 'away' || look % CONTEXTS_EVERY === 0
      const [overview, processors, contexts] = await Promise.all([
        api.overview({ signal }),
        api.processors({ signal }),
        needsContexts ? api.contexts({ signal }) : before.contexts,
      ])
      if (look !== this.looks) return
      this.record(overview, processors)
      this.state.update((state) => ({
        connection: 'connected',
        generation: state.connection === 'away' ? state.generation + 1 : state.generation,
        overview,
        processors,
        contexts: contexts ?? state.contexts,
        error: null,
      }))
    } catch (failure) {
      if (look !== this.looks) return
      this.state.update((state) => ({
        ...state,
        connection: 'away',
        error: failure instanceof ProblemError ? failure : null,
      }))
    }
    this.timer = setTimeout(() => void this.look(), EVERY_MILLIS)
  }

  private record(overview: Overview, processors: ProcessorStatus[]) {
    const started = this.state.get().overview?.started
    if (started !== undefined && started !== overview.started) this.forget()
    const millis = Date.parse(overview.time)
    const time = millis / 1_000
    const heads = Object.values(overview.heads).reduce((sum, head) => sum + head, 0)
    const handled = this.growth.total(processors.map((each) => [each.name, each.handled] as const))
    this.history.throughput.add(time, {
      stored: this.stored.look(heads, millis),
      handled: this.handled.look(handled, millis),
    })
    const { p50, p99 } = overview.appendMillis ?? overview.commandMillis
    const isQuiet = p50 === 0 && p99 === 0
    this.history.latency.add(time, { p50: isQuiet ? null : p50, p99: isQuiet ? null : p99 })
    for (const processor of processors) {
      let lag = this.history.lags.get(processor.name)
      if (!lag) {
        lag = new Series(['lag'], WINDOW_SECONDS)
        this.history.lags.set(processor.name, lag)
      }
      lag.add(time, { lag: processor.lagEvents })
    }
  }

  /** Another process has begun to count at 0. */
  private forget() {
    this.stored = new Rate()
    this.handled = new Rate()
    this.growth = new Growth()
  }
}

function emptyHistory(): History {
  return {
    throughput: new Series(['stored', 'handled'], WINDOW_SECONDS),
    latency: new Series(['p50', 'p99'], WINDOW_SECONDS),
    lags: new Map(),
  }
}

export const monitor = new Monitor()

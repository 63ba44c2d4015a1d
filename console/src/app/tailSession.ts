import { api, EVERY_TENANT } from '../api/client'
import { follow, type TailState } from '../api/tail'
import type { RecordedEvent } from '../api/types'
import { EventList } from '../model/eventList'
import { Rate } from '../model/rates'
import { Store } from './store'

/** The most events that a tail keeps. */
export const CAPACITY = 100_000

const FIRST_PAGE = 200
const OLDER_PAGE = 500
/** How long one frame may look for a text. */
const SCAN_MILLIS = 8

export interface TailFilter {
  context: string
  types: readonly string[]
  tags: readonly string[]
  /** Undefined: of all tenants. */
  tenant?: string | undefined
}

/**
 * What one tail has seen. It lives on while other views are open, so that one comes back to the same
 * place; it follows the store only while it is looked at, and then resumes.
 */
export class TailSession {
  readonly filter: TailFilter
  readonly list = new EventList(CAPACITY)
  /** Grows with every change that is to be shown, at most once a frame. */
  readonly turn = new Store(0)
  state: TailState | { kind: 'loading' } = { kind: 'loading' }
  olderError: Error | null = null
  isLoadingOlder = false
  hasOlder = false
  perSecond: number | null = null
  /** Where one was when one left. */
  scrollTop = 0
  selected: number | null = null
  paused = false

  private lastId = ''
  private cursor: string | undefined
  private seen = 0
  private readonly rate = new Rate(6)
  private stop: (() => void) | undefined
  private frame = 0
  private ticking: ReturnType<typeof setInterval> | undefined
  private loaded = false

  constructor(filter: TailFilter) {
    this.filter = filter
  }

  private get asked() {
    return { tenant: this.filter.tenant ?? EVERY_TENANT }
  }

  private get query() {
    return { type: this.filter.types, tag: this.filter.tags }
  }

  start() {
    this.ticking = setInterval(() => {
      const before = this.perSecond
      this.perSecond = this.rate.look(this.seen, performance.now())
      if (before !== this.perSecond) this.changed()
    }, 500)
    if (this.loaded) this.follow()
    else void this.load()
  }

  end() {
    this.stop?.()
    this.stop = undefined
    clearInterval(this.ticking)
    cancelAnimationFrame(this.frame)
    this.frame = 0
  }

  private async load() {
    const stop = new AbortController()
    this.stop = () => stop.abort()
    try {
      const page = await api.events(
        this.filter.context,
        { ...this.query, order: 'descending', limit: FIRST_PAGE },
        { ...this.asked, signal: stop.signal },
      )
      this.loaded = true
      this.list.append([...page.events].reverse())
      this.cursor = page.next
      this.hasOlder = page.next !== undefined
      this.lastId = `${page.store.id}:${page.store.epoch}:${page.head}`
      this.follow()
    } catch (failure) {
      if (stop.signal.aborted) return
      this.state = { kind: 'broken', error: failure as Error }
      this.changed()
      const timer = setTimeout(() => void this.load(), 2_000)
      this.stop = () => clearTimeout(timer)
    }
  }

  private follow() {
    this.stop = follow(
      { context: this.filter.context, ...this.query, tenant: this.filter.tenant ?? EVERY_TENANT, lastId: this.lastId },
      {
        events: (events, lastId) => this.add(events, lastId),
        state: (state) => {
          this.state = state
          this.changed()
        },
      },
    )
  }

  private add(events: RecordedEvent[], lastId: string) {
    this.list.append(events)
    this.seen += events.length
    this.lastId = lastId
    this.changed()
  }

  /** Shows what has changed, with the next frame. */
  readonly changed = () => {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      const until = performance.now() + SCAN_MILLIS
      const all = this.list.scan(() => performance.now() > until)
      this.turn.update((turn) => turn + 1)
      if (!all) this.changed()
    })
  }

  readonly loadOlder = async () => {
    if (this.isLoadingOlder || !this.hasOlder || this.olderError) return
    this.isLoadingOlder = true
    this.changed()
    try {
      const page = await api.events(
        this.filter.context,
        { ...this.query, order: 'descending', limit: OLDER_PAGE, cursor: this.cursor },
        this.asked,
      )
      const taken = this.list.prepend(page.events)
      this.cursor = page.next
      this.hasOlder = page.next !== undefined && taken === page.events.length
    } catch (failure) {
      this.olderError = failure as Error
    } finally {
      this.isLoadingOlder = false
      this.changed()
    }
  }

  readonly retryOlder = () => {
    this.olderError = null
    void this.loadOlder()
  }
}

let current: TailSession | null = null

const keyOf = (filter: TailFilter) => JSON.stringify([filter.context, filter.types, filter.tags, filter.tenant ?? null])

/** The session of a filter: the one that there was, when it is the same. */
export function sessionOf(filter: TailFilter): TailSession {
  if (!current || keyOf(current.filter) !== keyOf(filter)) current = new TailSession(filter)
  return current
}

/** Begins again, as when the history that was followed is no more. */
export function forgetSession() {
  current = null
}

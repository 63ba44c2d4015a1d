// What the node's API answers with; /openapi.json says it in full.

export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json }

/** A number with more digits than a double holds, as the node wrote it. */
export class ExactNumber {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
  toString() {
    return this.source
  }
  toJSON() {
    return this.source
  }
}

export interface StoreIdentity {
  id: string
  epoch: number
}

export interface RecordedEvent {
  position: number
  id: string
  type: string
  schemaVersion: number
  time: string
  tenant: string
  tags: string[]
  data?: Json
  dataBase64?: string
  metadata: Metadata
}

export interface Metadata {
  correlationId?: string
  causationId?: string
  traceparent?: string
  actor?: string
}

export interface EventPage {
  events: RecordedEvent[]
  next?: string
  head: number
  store: StoreIdentity
}

export interface CommandRecord {
  id: string
  type: string
  payload?: Json
  payloadBase64?: string
}

/** A cause or an effect, which may be of another context than the event. */
export interface PlacedEvent extends RecordedEvent {
  context: string
}

export interface EventStory {
  context: string
  store: StoreIdentity
  event: RecordedEvent
  command?: CommandRecord
  cause?: PlacedEvent
  together: RecordedEvent[]
  effects: PlacedEvent[]
  /** Every reaction to the event has passed it. */
  effectsComplete: boolean
  processors: { name: string; passed: boolean }[]
}

export type States = { [view: string]: Json }

export interface HistoryStep {
  event: RecordedEvent
  /** Of the views that handle the event; the others stay as they were. */
  states: States
}

export interface EntityHistory {
  entity: string
  before: States
  steps: HistoryStep[]
  next?: number
  store: StoreIdentity
}

export interface ContextDescription {
  name: string
  store: StoreIdentity & { head: number }
  commands: string[]
  events: string[]
  views: { name: string; tag: string }[]
  readModels: { name: string; tables: string[] }[]
}

export interface Quantiles {
  p50: number
  p99: number
}

export interface Overview {
  time: string
  started: string
  commands: number
  tails: number
  commandMillis: Quantiles
  appendMillis?: Quantiles
  heads: { [context: string]: number }
  stores: { [context: string]: StoreOverview }
}

export interface DiskRoom {
  state: 'enough' | 'low' | 'full'
  usedPercent: number
  warnPercent: number
  usableBytes: number
  reserveBytes: number
  totalBytes: number
}

/** What is not known is absent. */
export interface StoreOverview {
  disk?: DiskRoom
  conflicts?: number
  /** An empty tag: the conditions named types only. */
  hotTags?: { tag: string; conflicts: number }[]
}

export type ProcessorState = 'starting' | 'standby' | 'catching-up' | 'live' | 'retrying' | 'paused' | 'stopped'

export interface ProcessorStatus {
  name: string
  context: string
  kind: string
  version: number
  state: ProcessorState
  position: number
  head: number
  lagEvents: number
  lagSeconds?: number
  handled: number
  /** Keys that are blocked. */
  deadLetters: number
  lastEventTime?: string
  problem?: string
}

export type ProcessorOperation = 'pause' | 'resume' | 'reset'

export interface FailureCause {
  exception: string
  message: string
  fingerprint: string
}

/** An event that a processor could not handle; later events of its key wait. */
export interface DeadLetter {
  /** Of the key. */
  id: string
  key: string
  position: number
  eventId: string
  type: string
  cause: FailureCause
  attempts: number
  firstFailed: string
  lastFailed: string
  edited: boolean
  redriving: boolean
}

export interface DeadLetterList {
  deadLetters: DeadLetter[]
  /** The largest first. */
  causes: (FailureCause & { count: number; ids: string[] })[]
}

export interface InspectedLetter extends DeadLetter {
  event: RecordedEvent
  /** What is handled instead of the event's data. */
  edit?: Json
  editBase64?: string
  /** Why the program cannot read the event. */
  unreadable?: string
  /** Later events of the key, counted up to 1,000. */
  waiting: number
}

export interface Rows {
  readModel: string
  table: string
  columns: string[]
  rows: { [column: string]: Json }[]
  next?: string
  position?: string
}

/** A problem document (RFC 9457). */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
}

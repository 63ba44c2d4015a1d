import { type EventFilter, ProblemError, problemOf, query, TENANT_HEADER, UnreachableError } from './client'
import { parseJson } from './json'
import { SseParser } from './sse'
import type { RecordedEvent } from './types'

export type TailState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'broken'; error: Error }
  /** It cannot go on by itself: the history has changed, or the request is wrong. */
  | { kind: 'refused'; error: ProblemError }

export interface TailRequest extends EventFilter {
  context: string
  tenant: string
  /** What was seen last, with its history: it goes on after that, or is told that it cannot. */
  lastId: string
}

export interface TailListener {
  /** New events, and the id to resume from after them. */
  events(events: RecordedEvent[], lastId: string): void
  state(state: TailState): void
}

const LONGEST_WAIT_MILLIS = 10_000

/** Follows a store live, and resumes where a connection broke. Returns what stops it. */
export function follow(request: TailRequest, listener: TailListener): () => void {
  const stopped = new AbortController()
  const parser = new SseParser(request.lastId)
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const again = (error: Error) => {
    if (stopped.signal.aborted) return
    if (error instanceof ProblemError && error.problem.status < 500) {
      listener.state({ kind: 'refused', error })
      return
    }
    listener.state({ kind: 'broken', error })
    failures++
    timer = setTimeout(connect, Math.min(LONGEST_WAIT_MILLIS, parser.retryMillis * failures))
  }

  async function connect() {
    listener.state({ kind: 'connecting' })
    const { context, tenant, type, tag } = request
    const path = `/api/contexts/${encodeURIComponent(context)}/tail${query({ type, tag })}`
    const headers = { Accept: 'text/event-stream', [TENANT_HEADER]: tenant, 'Last-Event-ID': parser.lastId }
    try {
      const response = await fetch(path, { headers, cache: 'no-store', signal: stopped.signal })
      if (!response.ok || !response.body) throw await problemOf(response)
      listener.state({ kind: 'live' })
      await read(response.body)
      throw new UnreachableError()
    } catch (failure) {
      again(failure instanceof ProblemError ? failure : new UnreachableError())
    }
  }

  async function read(body: ReadableStream<Uint8Array>) {
    const reader = body.getReader()
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      failures = 0
      const messages = parser.feed(decoder.decode(value, { stream: true }))
      if (messages.length > 0) {
        listener.events(
          messages.map((message) => parseJson(message.data) as unknown as RecordedEvent),
          parser.lastId,
        )
      }
    }
  }

  void connect()
  return () => {
    stopped.abort()
    clearTimeout(timer)
  }
}

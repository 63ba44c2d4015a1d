import { parseJson } from './json'
import type {
  ContextDescription,
  DeadLetterList,
  EntityHistory,
  EventPage,
  EventStory,
  InspectedLetter,
  Overview,
  Problem,
  ProcessorOperation,
  ProcessorStatus,
  Rows,
} from './types'

/** The node answered, and could not do it. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`)
    this.problem = problem
  }
}

/** The node did not answer. */
export class UnreachableError extends Error {
  constructor() {
    super('The node does not answer')
  }
}

/** All tenants, where a request names one. */
export const EVERY_TENANT = '*'
export const TENANT_HEADER = 'Millrace-Tenant'

export type Params = { [name: string]: string | number | readonly string[] | undefined }

export function query(params: Params): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === '') continue
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each))
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

const part = encodeURIComponent

export async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text().catch(() => '')
  try {
    const problem = JSON.parse(text) as Partial<Problem>
    if (problem.title) {
      return new ProblemError({ type: '', status: response.status, detail: '', ...problem } as Problem)
    }
  } catch {
    // not a problem document: somebody stands between us and the node
  }
  return new ProblemError({
    type: 'about:blank',
    title: `${response.status} ${response.statusText || 'The request failed'}`,
    status: response.status,
    detail: text.slice(0, 300) || 'The answer says nothing more.',
  })
}

export interface Asked {
  signal?: AbortSignal | undefined
  tenant?: string | undefined
  headers?: Record<string, string>
  /** JSON. */
  body?: string
}

export async function send(method: string, path: string, asked: Asked = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...asked.headers }
  if (asked.body !== undefined) headers['Content-Type'] = 'application/json'
  if (asked.tenant) headers[TENANT_HEADER] = asked.tenant
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      signal: asked.signal ?? null,
      body: asked.body ?? null,
    })
  } catch (failure) {
    if (asked.signal?.aborted) throw failure
    throw new UnreachableError()
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response)
  return response
}

async function get<T>(path: string, asked?: Asked): Promise<T> {
  const response = await send('GET', path, asked)
  return parseJson(await response.text()) as T
}

async function post<T>(path: string, asked?: Asked): Promise<T> {
  const response = await send('POST', path, asked)
  return parseJson(await response.text()) as T
}

const lettersOf = (processor: string) => `/api/processors/${part(processor)}/dead-letters`

export interface EventFilter {
  type?: readonly string[]
  tag?: readonly string[]
}

export interface EventPaging extends EventFilter {
  order?: 'ascending' | 'descending'
  after?: number | undefined
  before?: number | undefined
  limit?: number
  cursor?: string | undefined
}

export interface RowPaging {
  where?: readonly string[] | undefined
  sort?: readonly string[] | undefined
  limit?: number
  cursor?: string | undefined
}

export const api = {
  overview: (asked?: Asked) => get<Overview>('/api/overview', asked),
  contexts: (asked?: Asked) =>
    get<{ contexts: ContextDescription[] }>('/api/contexts', asked).then((answer) => answer.contexts),
  processors: (asked?: Asked) =>
    get<{ processors: ProcessorStatus[] }>('/api/processors', asked).then((answer) => answer.processors),
  operate: async (processor: string, operation: ProcessorOperation) => {
    await send('POST', `/api/processors/${part(processor)}/${operation}`)
  },
  events: (context: string, paging: EventPaging, asked?: Asked) =>
    get<EventPage>(`/api/contexts/${part(context)}/events${query({ ...paging })}`, asked),
  story: (context: string, position: number, asked?: Asked) =>
    get<EventStory>(`/api/contexts/${part(context)}/events/${position}`, asked),
  history: (context: string, tag: string, value: string, after: number, limit: number, asked?: Asked) =>
    get<EntityHistory>(
      `/api/contexts/${part(context)}/entities/${part(tag)}/${part(value)}${query({ after, limit })}`,
      asked,
    ),
  rows: (name: string, table: string, paging: RowPaging, asked?: Asked) =>
    get<Rows>(`/api/read-models/${part(name)}/${part(table)}${query({ ...paging })}`, asked),
  deadLetters: (processor: string, asked?: Asked) => get<DeadLetterList>(lettersOf(processor), asked),
  deadLetter: (processor: string, id: string, asked?: Asked) =>
    get<InspectedLetter>(`${lettersOf(processor)}/${part(id)}`, asked),
  /** Answers when it is known whether the key is level. */
  redrive: (processor: string, id: string) =>
    post<{ level: boolean }>(`${lettersOf(processor)}/${part(id)}/redrive`).then((answer) => answer.level),
  /** All of a cause, or all; answers at once with how many. */
  redriveMany: (processor: string, perSecond: number, cause?: string) =>
    post<{ redriving: number }>(`${lettersOf(processor)}/redrive${query({ perSecond, cause })}`).then(
      (answer) => answer.redriving,
    ),
  discard: (processor: string, id: string, reason: string) =>
    post<{ level: boolean }>(`${lettersOf(processor)}/${part(id)}/discard${query({ reason })}`).then(
      (answer) => answer.level,
    ),
  edit: async (processor: string, id: string, body: string) => {
    await send('POST', `${lettersOf(processor)}/${part(id)}/edit`, { body })
  },
}

/** Where the console can be, as the fragment of its address: every view can be linked. */
export type Route =
  | { view: 'overview' }
  | { view: 'tail'; context?: string; types: string[]; tags: string[]; tenant?: string; text?: string }
  | { view: 'event'; context: string; position: number }
  | { view: 'entity'; context?: string; tag?: string; value?: string; tenant?: string; at?: number }
  | {
      view: 'read-model'
      name?: string
      table?: string
      where: string[]
      sort?: string
      measure?: string
    }
  | { view: 'dead-letters'; processor?: string; id?: string; cause?: string }
  | { view: 'unknown'; path: string }

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const isPosition = (text: string | null | undefined): text is string => /^\d{1,15}$/.test(text ?? '')

/** Optional members only when there is something in them. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  ) as { [K in keyof T]?: Exclude<T[K], null | undefined> }
}

export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#/, '')
  const [path = '', search = ''] = text.split(/\?(.*)/s, 2)
  const params = new URLSearchParams(search)
  const [first, ...rest] = path.split('/').filter(Boolean).map(decode)
  switch (first) {
    case undefined:
      return { view: 'overview' }
    case 'tail':
      return {
        view: 'tail',
        types: params.getAll('type'),
        tags: params.getAll('tag'),
        ...given({ context: rest[0], tenant: params.get('tenant'), text: params.get('text') }),
      }
    case 'events':
      if (rest[0] && isPosition(rest[1])) {
        return { view: 'event', context: rest[0], position: Number(rest[1]) }
      }
      break
    case 'entities': {
      const at = params.get('at')
      return {
        view: 'entity',
        ...given({ context: rest[0], tag: rest[1], value: rest[2], tenant: params.get('tenant') }),
        ...(isPosition(at) ? { at: Number(at) } : {}),
      }
    }
    case 'read-models':
      return {
        view: 'read-model',
        where: params.getAll('where'),
        ...given({
          name: rest[0],
          table: rest[1],
          sort: params.get('sort'),
          measure: params.get('measure'),
        }),
      }
    case 'dead-letters':
      return {
        view: 'dead-letters',
        ...given({ processor: rest[0], id: rest[1], cause: params.get('cause') }),
      }
  }
  return { view: 'unknown', path }
}

export function formatRoute(route: Route): string {
  const params = new URLSearchParams()
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') params.append(name, String(value))
  }
  const parts: (string | undefined)[] = []
  switch (route.view) {
    case 'overview':
      break
    case 'tail':
      parts.push('tail', route.context)
      for (const type of route.types) add('type', type)
      for (const tag of route.tags) add('tag', tag)
      add('tenant', route.tenant)
      add('text', route.text)
      break
    case 'event':
      parts.push('events', route.context, String(route.position))
      break
    case 'entity':
      parts.push('entities', route.context, route.tag, route.value)
      add('tenant', route.tenant)
      add('at', route.at)
      break
    case 'read-model':
      parts.push('read-models', route.name, route.table)
      for (const term of route.where) add('where', term)
      add('sort', route.sort)
      add('measure', route.measure)
      break
    case 'dead-letters':
      parts.push('dead-letters', route.processor, route.id)
      add('cause', route.cause)
      break
    case 'unknown':
      return `#${route.path}`
  }
  const known = parts.slice(0, parts.findIndex((part) => !part) < 0 ? parts.length : parts.findIndex((part) => !part))
  const search = params.toString()
  return `#/${known.map((part) => encodeURIComponent(part ?? '')).join('/')}${search ? `?${search}` : ''}`
}

export const DEFAULT_TENANT = 'default'

/** Where an event stands. */
export const eventRoute = (context: string, position: number) => formatRoute({ view: 'event', context, position })

/** The history of what a tag names. */
export function entityRoute(context: string, tag: string, tenant?: string, at?: number): string {
  const colon = tag.indexOf(':')
  return formatRoute({
    view: 'entity',
    context,
    tag: tag.slice(0, colon),
    value: tag.slice(colon + 1),
    ...(tenant && tenant !== DEFAULT_TENANT ? { tenant } : {}),
    ...(at === undefined ? {} : { at }),
  })
}

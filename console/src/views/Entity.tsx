import { useMemo, useState } from 'react'
import { api, EVERY_TENANT } from '../api/client'
import type { ContextDescription } from '../api/types'
import { go, useNode, useResource, useTitle } from '../app/hooks'
import { Button, Empty, Loading, Panel, Problem, Tag } from '../parts/basics'
import { heading } from '../model/format'
import { formatRoute, type Route } from '../model/routes'
import { Timeline } from './Timeline'

type EntityRoute = Extract<Route, { view: 'entity' }>

const HINTED_EVENTS = 300

export function Entity({ route }: { route: EntityRoute }) {
  useTitle(route.value ? `${route.tag}:${route.value}` : 'Entities')
  const { contexts, error } = useNode()
  if (!contexts) return error ? <Problem error={error} /> : <Loading lines={10} />
  const context = contexts.find((each) => each.name === route.context) ?? (route.context ? undefined : contexts[0])
  if (!context)
    return (
      <Empty title={`There is no context ${route.context}`}>
        Choose another in the address, or search for what you look for.
      </Empty>
    )
  return (
    <div className="entity">
      <header className="view-head">
        <h1>
          {route.value ? (
            <>
              <span className="muted">{route.tag}:</span>
              {route.value}
            </>
          ) : (
            'Entities'
          )}
        </h1>
      </header>
      <Choice
        key={JSON.stringify([context.name, route.tag, route.value])}
        route={route}
        context={context}
        contexts={contexts}
      />
      {route.tag && route.value ? (
        <Timeline
          key={JSON.stringify([context.name, route.tag, route.value, route.tenant])}
          context={context.name}
          tag={route.tag}
          value={route.value}
          tenant={route.tenant}
          at={route.at}
        />
      ) : (
        <Suggestions context={context} tag={route.tag} />
      )}
    </div>
  )
}

/** Values that newest events have for each tag. */
function useHints(context: string) {
  return useResource(context, async (signal) => {
    const page = await api.events(
      context,
      { order: 'descending', limit: HINTED_EVENTS },
      { signal, tenant: EVERY_TENANT },
    )
    const hints = new Map<string, Map<string, string>>()
    for (const event of page.events) {
      for (const tag of event.tags) {
        const colon = tag.indexOf(':')
        const name = tag.slice(0, colon)
        const values = hints.get(name) ?? new Map<string, string>()
        values.set(tag.slice(colon + 1), event.tenant)
        hints.set(name, values)
      }
    }
    return hints
  })
}

function Choice({
  route,
  context,
  contexts,
}: {
  route: EntityRoute
  context: ContextDescription
  contexts: ContextDescription[]
}) {
  const { data: hints } = useHints(context.name)
  const names = useMemo(
    () => [...new Set([...context.views.map((view) => view.tag), ...(hints?.keys() ?? [])])],
    [context, hints],
  )
  const [tag, setTag] = useState(route.tag ?? '')
  const chosen = tag || names[0] || ''
  const [value, setValue] = useState(route.value ?? '')
  const [tenant, setTenant] = useState(route.tenant ?? '')
  const submit = () => {
    if (chosen && value.trim())
      go(
        formatRoute({
          view: 'entity',
          context: context.name,
          tag: chosen,
          value: value.trim(),
          ...(tenant ? { tenant } : {}),
        }),
      )
  }
  return (
    <form
      className="filters"
      aria-label="Which entity"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {contexts.length > 1 && (
        <select
          aria-label="Context"
          value={context.name}
          onChange={(event) => go(formatRoute({ view: 'entity', context: event.target.value }))}
        >
          {contexts.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </select>
      )}
      <select aria-label="Tag" value={chosen} onChange={(event) => setTag(event.target.value)}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
        {chosen && !names.includes(chosen) && <option>{chosen}</option>}
      </select>
      <label className="field entity-value">
        <input
          aria-label="Value"
          list="entity-values"
          placeholder={`Value of ${chosen || 'the tag'}`}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <datalist id="entity-values">
          {[...(hints?.get(chosen)?.keys() ?? [])].slice(0, 50).map((hint) => (
            <option key={hint} value={hint} />
          ))}
        </datalist>
      </label>
      <input
        className="tenant-input"
        aria-label="Tenant"
        placeholder="default tenant"
        value={tenant}
        onChange={(event) => setTenant(event.target.value)}
      />
      <Button type="submit">Show</Button>
    </form>
  )
}

function Suggestions({ context, tag }: { context: ContextDescription; tag: string | undefined }) {
  const { data: hints, error, loading } = useHints(context.name)
  if (error) return <Problem error={error} />
  if (!hints || loading) return <Loading />
  if (hints.size === 0)
    return <Empty title="No events yet">Tags of events name what they are about; those of the newest show here.</Empty>
  return (
    <div className="suggestions">
      {[...hints]
        .filter(([name]) => !tag || name === tag)
        .map(([name, values]) => (
          <Panel key={name} title={heading(name)} aside={<span className="muted">lately</span>}>
            <div className="suggestion-tags">
              {[...values].slice(0, 16).map(([value, tenant]) => (
                <Tag key={value} context={context.name} tag={`${name}:${value}`} tenant={tenant} />
              ))}
            </div>
          </Panel>
        ))}
    </div>
  )
}

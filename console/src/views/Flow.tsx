import { useEffect, useMemo, useState } from 'react'
import { api, EVERY_TENANT } from '../api/client'
import type { EventStory, RecordedEvent } from '../api/types'
import { Button, Panel, Problem } from '../parts/basics'
import { Icon } from '../parts/Icon'
import { edgePath, type FlowNode, type FlowSizes, layoutFlow, type Placed } from '../model/flow'
import { count, plural } from '../model/format'
import { eventRoute } from '../model/routes'

const SIZES: FlowSizes = { nodeWidth: 184, nodeHeight: 46, gapX: 52, gapY: 12 }
const PADDING = 14
/** More effects of one event are shown when asked for. */
const FIRST_EFFECTS = 8
const MOST_CAUSES = 8

interface Node extends FlowNode {
  kind: 'command' | 'event' | 'more'
  title: string
  subtitle: string
  event?: RecordedEvent
  isCurrent?: boolean
  expanded?: boolean
  children: Node[]
}

/** The effects of an event, as far as they have been loaded. */
interface Effects {
  events: RecordedEvent[]
  examined: number
  complete: boolean
  all: boolean
}

const effectsOf = (story: EventStory): Effects => ({
  events: story.effects,
  examined: story.effectsExamined ?? story.event.position,
  complete: story.effectsComplete,
  all: false,
})

/** What led to an event and what followed, from left to right. Effects of effects open on demand. */
export function Flow({ story }: { story: EventStory }) {
  const { context } = story
  const own = story.event.position
  const [causes, setCauses] = useState<EventStory[]>([])
  const [effects, setEffects] = useState<ReadonlyMap<number, Effects>>(() => new Map([[own, effectsOf(story)]]))
  const [error, setError] = useState<Error | null>(null)

  // What caused the cause, and so on, as far as commands of reactions lead.
  useEffect(() => {
    const stop = new AbortController()
    const climb = async () => {
      let cause = story.cause
      for (let depth = 0; cause && depth < MOST_CAUSES; depth++) {
        const above: EventStory = await api.story(context, cause.position, {
          signal: stop.signal,
          tenant: EVERY_TENANT,
        })
        setCauses((before) => [above, ...before.filter((each) => each.event.position !== above.event.position)])
        cause = above.cause
      }
    }
    climb().catch((failure: Error) => !stop.signal.aborted && setError(failure))
    return () => stop.abort()
  }, [story, context])

  const change = (position: number, to: Effects | null) =>
    setEffects((before) => {
      const after = new Map(before)
      if (to) after.set(position, to)
      else after.delete(position)
      return after
    })
  const toggle = (position: number) => {
    if (effects.has(position)) {
      change(position, null)
      return
    }
    api.story(context, position, { tenant: EVERY_TENANT }).then((found) => change(position, effectsOf(found)), setError)
  }
  const more = (position: number, known: Effects) => {
    if (known.events.length > FIRST_EFFECTS && !known.all) {
      change(position, { ...known, all: true })
      return
    }
    api.story(context, position, { tenant: EVERY_TENANT, effectsAfter: known.examined }).then((found) => {
      const next = effectsOf(found)
      change(position, { ...next, events: [...known.events, ...next.events], all: true })
    }, setError)
  }

  const root = useMemo(() => tree(story, causes, effects), [story, causes, effects])
  const layout = useMemo(() => layoutFlow(root, SIZES), [root])
  const known = effects.get(own)
  const total = known?.events.length ?? 0
  return (
    <Panel
      className="flow-panel"
      title="Flow"
      aside={
        <span className="muted" data-effects={total}>
          {total ? plural(total, 'effect') : known?.complete ? 'no effects' : 'no effects found yet'}
        </span>
      }
    >
      {error && <Problem error={error} />}
      <div
        className="scroll-x flow-scroll"
        tabIndex={0}
        role="group"
        aria-label="What caused this event, and its effects"
      >
        <div className="flow" style={{ width: layout.width + 2 * PADDING, height: layout.height + 2 * PADDING }}>
          <svg
            className="flow-edges"
            width={layout.width + 2 * PADDING}
            height={layout.height + 2 * PADDING}
            aria-hidden="true"
          >
            <g transform={`translate(${PADDING} ${PADDING})`}>
              {layout.edges.map((edge) => (
                <path key={`${edge.from.node.key}-${edge.to.node.key}`} d={edgePath(edge, SIZES)} />
              ))}
            </g>
          </svg>
          {layout.nodes.map((placed) => (
            <FlowBox
              key={placed.node.key}
              placed={placed}
              context={context}
              effects={effects}
              toggle={toggle}
              more={more}
              own={own}
            />
          ))}
        </div>
      </div>
      {known && !known.complete && (
        <p className="flow-note muted">
          Effects were looked for up to position {count(known.examined)}.{' '}
          <Button quiet onClick={() => more(own, { ...known, all: true })}>
            Look further
          </Button>
        </p>
      )}
    </Panel>
  )
}

function tree(story: EventStory, causes: readonly EventStory[], effects: ReadonlyMap<number, Effects>): Node {
  const eventNode = (event: RecordedEvent, children: Node[]): Node => ({
    key: `event-${event.position}`,
    kind: 'event',
    title: event.type,
    subtitle: `${count(event.position)}${event.tags[0] ? ` · ${event.tags[0]}` : ''}`,
    event,
    isCurrent: event.position === story.event.position,
    expanded: effects.has(event.position),
    children,
  })
  const effectNodes = (position: number, above: ReadonlySet<number>): Node[] => {
    const known = effects.get(position)
    if (!known || above.has(position)) return []
    const within = new Set(above).add(position)
    const shown = known.all ? known.events : known.events.slice(0, FIRST_EFFECTS)
    const nodes = shown.map((event) => eventNode(event, effectNodes(event.position, within)))
    const hidden = known.events.length - shown.length
    if (hidden > 0) {
      nodes.push({
        key: `more-${position}`,
        kind: 'more',
        title: `${plural(hidden, 'more effect')}`,
        subtitle: 'Show all',
        children: [],
      })
    }
    return nodes
  }
  const chain = [...causes, story]
  const build = (index: number): Node => {
    const here = chain[index] ?? story
    const below = index < chain.length - 1 ? [build(index + 1)] : effectNodes(here.event.position, new Set())
    const event = eventNode(here.event, below)
    return here.command
      ? {
          key: `command-${here.event.position}`,
          kind: 'command',
          title: here.command.type,
          subtitle: here.event.metadata.actor ?? here.command.id,
          children: [event],
        }
      : event
  }
  return build(0)
}

function FlowBox({
  placed,
  context,
  effects,
  toggle,
  more,
  own,
}: {
  placed: Placed<Node>
  context: string
  effects: ReadonlyMap<number, Effects>
  toggle: (position: number) => void
  more: (position: number, known: Effects) => void
  own: number
}) {
  const { node } = placed
  const style = {
    transform: `translate(${placed.x + PADDING}px, ${placed.y + PADDING}px)`,
    width: SIZES.nodeWidth,
    height: SIZES.nodeHeight,
  }
  const text = (
    <>
      <span className="flow-title">{node.title}</span>
      <span className="flow-subtitle num">{node.subtitle}</span>
    </>
  )
  if (node.kind === 'more') {
    const position = Number(node.key.slice('more-'.length))
    const known = effects.get(position)
    return (
      <button
        type="button"
        className="flow-node flow-more"
        style={style}
        onClick={() => known && more(position, known)}
      >
        {text}
      </button>
    )
  }
  if (node.kind === 'command' || !node.event) {
    return (
      <div className="flow-node flow-command" style={style} title={`Command ${node.title} ${node.subtitle}`}>
        {text}
      </div>
    )
  }
  const { position } = node.event
  const canExpand = position > own
  return (
    <div className={`flow-node flow-event ${node.isCurrent ? 'flow-current' : ''}`} style={style} data-flow={position}>
      <a
        href={eventRoute(context, position)}
        aria-current={node.isCurrent ? 'true' : undefined}
        title={`${node.title} ${node.subtitle}`}
      >
        {text}
      </a>
      {canExpand && (
        <button
          type="button"
          className="flow-toggle"
          aria-expanded={node.expanded}
          aria-label={`Effects of ${node.title} ${count(position)}`}
          title={node.expanded && node.children.length === 0 ? 'No effects of its own' : 'Its own effects'}
          onClick={() => toggle(position)}
        >
          <Icon name={node.expanded ? (node.children.length ? 'left' : 'check') : 'right'} size={12} />
        </button>
      )}
    </div>
  )
}

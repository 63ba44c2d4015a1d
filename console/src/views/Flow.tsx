import { useEffect, useMemo, useState } from 'react'
import { api, EVERY_TENANT } from '../api/client'
import type { EventStory, PlacedEvent } from '../api/types'
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
  event?: PlacedEvent
  /** Of a node that stands for more effects: whose they are. */
  effectsOf?: EventName
  isCurrent?: boolean
  expanded?: boolean
  children: Node[]
}

/** The effects of an event, as far as they have been loaded. */
interface Effects {
  events: PlacedEvent[]
  complete: boolean
  all: boolean
}

const effectsOf = (story: EventStory): Effects => ({
  events: story.effects,
  complete: story.effectsComplete,
  all: false,
})

/** Names an event of any context. */
type EventName = `${string}/${number}`
const nameOf = (event: PlacedEvent): EventName => `${event.context}/${event.position}`
const eventOf = (story: EventStory): PlacedEvent => ({ ...story.event, context: story.context })

/** What led to an event and what followed, from left to right. Effects of effects open on demand. */
export function Flow({ story }: { story: EventStory }) {
  const own = nameOf(eventOf(story))
  const [causes, setCauses] = useState<EventStory[]>([])
  const [effects, setEffects] = useState<ReadonlyMap<EventName, Effects>>(() => new Map([[own, effectsOf(story)]]))
  const [error, setError] = useState<Error | null>(null)

  // What caused the cause, and so on, as far as commands of reactions lead.
  useEffect(() => {
    const stop = new AbortController()
    const climb = async () => {
      let cause = story.cause
      for (let depth = 0; cause && depth < MOST_CAUSES; depth++) {
        const above: EventStory = await api.story(cause.context, cause.position, {
          signal: stop.signal,
          tenant: EVERY_TENANT,
        })
        const name = nameOf(eventOf(above))
        setCauses((before) => [above, ...before.filter((each) => nameOf(eventOf(each)) !== name)])
        cause = above.cause
      }
    }
    climb().catch((failure: Error) => !stop.signal.aborted && setError(failure))
    return () => stop.abort()
  }, [story])

  const change = (event: EventName, to: Effects | null) =>
    setEffects((before) => {
      const after = new Map(before)
      if (to) after.set(event, to)
      else after.delete(event)
      return after
    })
  const look = (event: PlacedEvent) => {
    api
      .story(event.context, event.position, { tenant: EVERY_TENANT })
      .then((found) => change(nameOf(event), effectsOf(found)), setError)
  }
  const toggle = (event: PlacedEvent) => {
    if (effects.has(nameOf(event))) change(nameOf(event), null)
    else look(event)
  }
  const showAll = (event: EventName) => {
    const found = effects.get(event)
    if (found) change(event, { ...found, all: true })
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
            <FlowBox key={placed.node.key} placed={placed} after={story.event.time} toggle={toggle} showAll={showAll} />
          ))}
        </div>
      </div>
      {known && !known.complete && (
        <p className="flow-note muted">
          A reaction has yet to pass this event: more may follow.{' '}
          <Button quiet onClick={() => look(eventOf(story))}>
            Look again
          </Button>
        </p>
      )}
    </Panel>
  )
}

function tree(story: EventStory, causes: readonly EventStory[], effects: ReadonlyMap<EventName, Effects>): Node {
  const eventNode = (event: PlacedEvent, children: Node[]): Node => ({
    key: `event-${nameOf(event)}`,
    kind: 'event',
    title: event.type,
    subtitle: `${count(event.position)}${event.tags[0] ? ` · ${event.tags[0]}` : ''}`,
    event,
    isCurrent: nameOf(event) === nameOf(eventOf(story)),
    expanded: effects.has(nameOf(event)),
    children,
  })
  const effectNodes = (cause: EventName, above: ReadonlySet<EventName>): Node[] => {
    const known = effects.get(cause)
    if (!known || above.has(cause)) return []
    const within = new Set(above).add(cause)
    const shown = known.all ? known.events : known.events.slice(0, FIRST_EFFECTS)
    const nodes = shown.map((event) => eventNode(event, effectNodes(nameOf(event), within)))
    const hidden = known.events.length - shown.length
    if (hidden > 0) {
      nodes.push({
        key: `more-${cause}`,
        kind: 'more',
        effectsOf: cause,
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
    const below = index < chain.length - 1 ? [build(index + 1)] : effectNodes(nameOf(eventOf(here)), new Set())
    const event = eventNode(eventOf(here), below)
    return here.command
      ? {
          key: `command-${nameOf(eventOf(here))}`,
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
  after,
  toggle,
  showAll,
}: {
  placed: Placed<Node>
  /** The time of the event that the page is about: only later ones are asked for effects. */
  after: string
  toggle: (event: PlacedEvent) => void
  showAll: (event: EventName) => void
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
  const { event, effectsOf: cause } = node
  if (cause) {
    return (
      <button type="button" className="flow-node flow-more" style={style} onClick={() => showAll(cause)}>
        {text}
      </button>
    )
  }
  if (!event) {
    return (
      <div className="flow-node flow-command" style={style} title={`Command ${node.title} ${node.subtitle}`}>
        {text}
      </div>
    )
  }
  const { context, position } = event
  const canExpand = !node.isCurrent && event.time >= after
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
          onClick={() => toggle(event)}
        >
          <Icon name={node.expanded ? (node.children.length ? 'left' : 'check') : 'right'} size={12} />
        </button>
      )}
    </div>
  )
}

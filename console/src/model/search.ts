import type { ContextDescription, ProcessorStatus } from '../api/types'
import { count } from './format'
import { entityRoute, eventRoute, formatRoute } from './routes'

export interface Hit {
  label: string
  detail: string
  href: string
}

interface Known {
  contexts: readonly ContextDescription[]
  processors: readonly ProcessorStatus[]
}

const VIEWS: Hit[] = [
  { label: 'Overview', detail: 'View', href: '#/' },
  { label: 'Live tail', detail: 'View', href: '#/tail' },
  { label: 'Entities', detail: 'View', href: '#/entities' },
  { label: 'Read models', detail: 'View', href: '#/read-models' },
  { label: 'Dead letters', detail: 'View', href: '#/dead-letters' },
]

/** 0: not at all. Letters in their order; the more together and the nearer to the front, the better. */
export function matchScore(text: string, wanted: string): number {
  const own = text.toLowerCase()
  const words = wanted.toLowerCase()
  if (!words) return 1
  const at = own.indexOf(words)
  if (at === 0) return 100
  if (at > 0) return /[\s_-]/.test(own.charAt(at - 1)) ? 80 : 60
  let from = 0
  for (const letter of words.replace(/\s/g, '')) {
    from = own.indexOf(letter, from) + 1
    if (from === 0) return 0
  }
  return 10
}

/** Where a text may lead: a position, what a tag names, a view, a read model, a type of events. */
export function search(text: string, known: Known): Hit[] {
  const wanted = text.trim()
  const hits: Hit[] = []
  const number = wanted.replace(/[,_\s]/g, '')
  if (/^\d{1,15}$/.test(number)) {
    for (const context of known.contexts) {
      hits.push({
        label: `Event ${count(Number(number))}`,
        detail: context.name,
        href: eventRoute(context.name, Number(number)),
      })
    }
  }
  const tag = /^([^:\s]+):(.+)$/s.exec(wanted)
  if (tag) {
    for (const context of known.contexts) {
      hits.push({
        label: wanted,
        detail: `What happened to it in ${context.name}`,
        href: entityRoute(context.name, wanted),
      })
      hits.push({
        label: wanted,
        detail: `Live tail of ${context.name}`,
        href: formatRoute({ view: 'tail', context: context.name, types: [], tags: [wanted] }),
      })
    }
  }
  return [...hits, ...names(known, wanted)].slice(0, 40)
}

function names(known: Known, wanted: string): Hit[] {
  const all: Hit[] = [...VIEWS]
  for (const context of known.contexts) {
    for (const model of context.readModels) {
      for (const table of model.tables) {
        all.push({
          label: table,
          detail: `Read model ${model.name}`,
          href: formatRoute({ view: 'read-model', name: model.name, table, where: [] }),
        })
      }
    }
    for (const name of new Set(context.views.map((view) => view.tag))) {
      all.push({
        label: `${name}:`,
        detail: 'Entities',
        href: formatRoute({ view: 'entity', context: context.name, tag: name }),
      })
    }
    for (const type of context.events) {
      all.push({
        label: type,
        detail: `Live tail of ${context.name}`,
        href: formatRoute({ view: 'tail', context: context.name, types: [type], tags: [] }),
      })
    }
  }
  for (const processor of known.processors)
    all.push({ label: processor.name, detail: `Processor, ${processor.state}`, href: '#/' })
  return all
    .map((hit) => ({ hit, score: matchScore(hit.label, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ hit }) => hit)
}

import { useMemo, useState } from 'react'
import { go, useNode } from './hooks'
import { Dialog } from '../parts/Dialog'
import { Icon } from '../parts/Icon'
import { Key } from '../parts/basics'
import { search } from '../model/search'

/** Jumps to whatever a text names. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { contexts, processors } = useNode()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const hits = useMemo(() => search(text, { contexts: contexts ?? [], processors }), [text, contexts, processors])
  const open = (index: number) => {
    const hit = hits[index]
    if (!hit) return
    onClose()
    go(hit.href)
  }
  const move = (by: number) => {
    const to = Math.max(0, Math.min(hits.length - 1, chosen + by))
    setChosen(to)
    document.getElementById(`hit-${to}`)?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <Dialog label="Search" className="palette" onClose={onClose}>
      <label className="palette-input">
        <Icon name="search" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="hits"
          aria-activedescendant={hits.length ? `hit-${chosen}` : undefined}
          aria-label="Search"
          placeholder="A position, an entity as order:42, a view, a read model…"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setChosen(0)
          }}
          onKeyDown={(event) => {
            const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => open(chosen) }[event.key]
            if (act) {
              event.preventDefault()
              act()
            }
          }}
        />
        <Key>esc</Key>
      </label>
      <ul id="hits" className="hits" role="listbox" aria-label="Places">
        {hits.map((hit, index) => (
          <li
            key={`${hit.href}${hit.label}${hit.detail}`}
            id={`hit-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseMove={() => setChosen(index)}
            onClick={() => open(index)}
          >
            <span>{hit.label}</span>
            <span className="muted">{hit.detail}</span>
          </li>
        ))}
        {hits.length === 0 && (
          <li className="hits-none muted">Nothing is called so. A number is a position, name:value an entity.</li>
        )}
      </ul>
    </Dialog>
  )
}

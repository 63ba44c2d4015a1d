import { useState } from 'react'
import { Icon } from './Icon'

/** Several values as chips, with suggestions for the next one. */
export function TermInput(props: {
  label: string
  placeholder: string
  values: readonly string[]
  hints: readonly string[]
  /** Why a value is none; null: it is one. */
  check?: (value: string) => string | null
  onChange: (values: string[]) => void
}) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const id = `hints-${props.label.replace(/\W+/g, '-')}`
  const add = (value: string) => {
    const wanted = value.trim()
    const reason = wanted ? (props.check?.(wanted) ?? null) : null
    setWrong(reason)
    if (!wanted || reason) return
    setText('')
    if (!props.values.includes(wanted)) props.onChange([...props.values, wanted])
  }
  return (
    <div className={`terms ${wrong ? 'terms-wrong' : ''}`}>
      {props.values.map((value) => (
        <span key={value} className="chip">
          {value}
          <button
            type="button"
            aria-label={`Remove ${value}`}
            onClick={() => props.onChange(props.values.filter((each) => each !== value))}
          >
            <Icon name="close" size={10} />
          </button>
        </span>
      ))}
      <input
        value={text}
        list={id}
        aria-label={props.label}
        aria-invalid={wrong !== null}
        title={wrong ?? undefined}
        placeholder={props.values.length ? '' : props.placeholder}
        onChange={(event) => {
          const value = event.target.value
          setWrong(null)
          // A suggestion that is chosen comes as one change.
          if (props.hints.includes(value) && !text.includes(value)) add(value)
          else setText(value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add(text)
          if (event.key === 'Backspace' && text === '') props.onChange(props.values.slice(0, -1))
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        onBlur={() => text && add(text)}
      />
      <datalist id={id}>
        {props.hints
          .filter((hint) => !props.values.includes(hint))
          .map((hint) => (
            <option key={hint} value={hint} />
          ))}
      </datalist>
    </div>
  )
}

import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { memo } from 'react'
import { ProblemError } from '../api/client'
import { clock, dateTime, seconds } from '../model/format'
import { DEFAULT_TENANT, entityRoute } from '../model/routes'
import { Icon, type IconName } from './Icon'

export function Panel(props: {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
  className?: string
  label?: string
}) {
  return (
    <section className={`panel ${props.className ?? ''}`} aria-label={props.label}>
      {(props.title || props.aside) && (
        <header className="panel-head">
          <h2>{props.title}</h2>
          {props.aside && <div className="panel-aside">{props.aside}</div>}
        </header>
      )}
      {props.children}
    </section>
  )
}

export function Button({
  icon,
  quiet,
  danger,
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { icon?: IconName; quiet?: boolean; danger?: boolean }) {
  const kind = [danger ? 'danger' : quiet ? 'quiet' : '', children ? '' : 'only-icon'].filter(Boolean).join(' ')
  return (
    <button type="button" {...rest} className={`button ${kind} ${rest.className ?? ''}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

/** A time of day; the whole of it, and in UTC, on hover. */
export const Time = memo(function Time({ iso, long }: { iso: string; long?: boolean }) {
  const time = new Date(iso)
  return (
    <time dateTime={iso} title={`${dateTime(time)} here\n${time.toISOString().replace('T', ' ').replace('Z', ' UTC')}`}>
      {long ? dateTime(time) : clock(time)}
    </time>
  )
})

export function Age({ iso }: { iso: string }) {
  return <>{seconds(Math.max(0, (Date.now() - Date.parse(iso)) / 1_000))} ago</>
}

export const Tag = memo(function Tag({
  context,
  tag,
  tenant,
  at,
}: {
  context: string
  tag: string
  tenant?: string
  at?: number
}) {
  const colon = tag.indexOf(':')
  return (
    <a className="tag" href={entityRoute(context, tag, tenant, at)} title={`What happened to ${tag}`}>
      <span className="tag-name">{tag.slice(0, colon)}</span>
      {tag.slice(colon + 1)}
    </a>
  )
})

export function Tenant({ name }: { name: string }) {
  return name === DEFAULT_TENANT ? null : (
    <span className="chip" title="Tenant">
      {name}
    </span>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  )
}

/** What went wrong, as the node says it. */
export function Problem({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  const problem = error instanceof ProblemError ? error.problem : null
  return (
    <div className="problem" role="alert">
      <Icon name="warn" />
      <div>
        <p className="problem-title">{problem?.title ?? error.message}</p>
        <p>{problem?.detail ?? 'It is asked again as soon as the node is back.'}</p>
      </div>
      {retry && (
        <Button quiet onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={`bone bone-${line % 4}`} />
      ))}
    </div>
  )
}

export function Key({ children }: { children: ReactNode }) {
  return <kbd>{children}</kbd>
}

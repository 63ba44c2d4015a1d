import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from './basics'

/** A modal dialog: the browser keeps the focus in it and gives it back. */
export function Dialog({
  label,
  className,
  onClose,
  children,
}: {
  label: string
  className?: string
  onClose: () => void
  children: ReactNode
}) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      className={`dialog ${className ?? ''}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}

export function Confirm(props: {
  title: string
  children: ReactNode
  action: string
  onConfirm: () => void
  onClose: () => void
}) {
  return (
    <Dialog label={props.title} className="confirm" onClose={props.onClose}>
      <h2>{props.title}</h2>
      <div className="confirm-text">{props.children}</div>
      <div className="confirm-buttons">
        <Button onClick={props.onClose} autoFocus>
          Cancel
        </Button>
        <Button danger onClick={props.onConfirm}>
          {props.action}
        </Button>
      </div>
    </Dialog>
  )
}

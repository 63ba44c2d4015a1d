import { memo } from 'react'
import type { RecordedEvent } from '../api/types'
import { preview } from '../model/preview'

/** What an event says, on one line. */
export const Preview = memo(function Preview({ event }: { event: RecordedEvent }) {
  if (event.data === undefined) return <span className="preview">{event.dataBase64 ? 'binary data' : ''}</span>
  return (
    <span className="preview">
      {preview(event.data).map((part, index) => (
        <span key={index}>
          {part.name && <i>{part.name}</i>}
          {part.value}
        </span>
      ))}
    </span>
  )
})

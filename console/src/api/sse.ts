/** A message of a server-sent event stream. */
export interface Message {
  id: string
  data: string
}

/**
 * Reads server-sent events (the HTML standard, 9.2.6) out of pieces of text. The browser's own
 * EventSource hides the status of a refusal and sends no headers; the tail needs both.
 */
export class SseParser {
  /** Where to resume from: also set by messages without data. */
  lastId: string
  /** How long to wait before connecting again. */
  retryMillis = 2_000
  private rest = ''
  private data = ''
  private hasData = false

  constructor(lastId = '') {
    this.lastId = lastId
  }

  /** The messages that are complete with this piece. */
  feed(piece: string): Message[] {
    const text = this.rest + piece
    const messages: Message[] = []
    let start = 0
    for (;;) {
      const end = text.indexOf('\n', start)
      if (end < 0) break
      const stop = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end
      this.line(text.slice(start, stop), messages)
      start = end + 1
    }
    this.rest = text.slice(start)
    return messages
  }

  private line(line: string, messages: Message[]) {
    if (line === '') {
      if (this.hasData) messages.push({ id: this.lastId, data: this.data })
      this.data = ''
      this.hasData = false
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1)
    if (field === 'data') {
      this.data = this.hasData ? `${this.data}\n${value}` : value
      this.hasData = true
    } else if (field === 'id') {
      this.lastId = value
    } else if (field === 'retry' && /^\d+$/.test(value)) {
      this.retryMillis = Number(value)
    }
  }
}

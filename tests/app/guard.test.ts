/** Which windows a page may open, decided by their address alone. */
import { EventEmitter } from 'node:events'
import type { WebContents } from 'electron'
import { expect, test } from 'vitest'
import { guardContents } from '../../app/windows/guard.ts'

type Handler = (details: { url: string }) => { action: string }

/** Contents that remember who decides about new windows. */
class Contents extends EventEmitter {
  decide: Handler = () => ({ action: 'allow' })
  setWindowOpenHandler(handler: Handler) {
    this.decide = handler
  }
}

const guarded = (origin: string | null) => {
  const contents = new Contents()
  guardContents(contents as unknown as WebContents, () => origin)
  return contents
}

test('only the window of a report of its own station is opened', () => {
  const contents = guarded('http://127.0.0.1:4000')
  const addresses = [
    'http://127.0.0.1:4000/?window=report&report=1',
    'http://127.0.0.1:4000/?window=second',
    'http://127.0.0.1:4000/',
    'http://127.0.0.1:4001/?window=report&report=1',
    'https://example.org/?window=report',
    'javascript:alert(1)',
    'about:blank',
  ]
  expect(addresses.map((url) => contents.decide({ url }).action)).toEqual(['allow', ...Array(6).fill('deny')])
  expect(guarded(null).decide({ url: 'http://127.0.0.1:4000/?window=report' }).action).toBe('deny')
})

test('a window that was opened is guarded as the one that opened it', () => {
  const contents = guarded('http://127.0.0.1:4000')
  const opened = new Contents()
  contents.emit('did-create-window', { webContents: opened })
  expect(opened.decide({ url: 'https://example.org/' }).action).toBe('deny')
  let prevented = 0
  opened.emit('will-navigate', { url: 'https://example.org/', preventDefault: () => (prevented += 1) })
  expect(prevented).toBe(1)
})

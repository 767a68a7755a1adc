import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeptWordsNotice } from '../../../renderer/report/kept-words-notice.tsx'
import { handOver, offerHandOver, takeOver } from '../../../renderer/report/saving/hand-over.ts'
import { guardLeaving, letGo, unsavedTexts, useKeptWords } from '../../../renderer/report/saving/kept-words.ts'
import { openSession } from '../../../renderer/report/session.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { provideScreen } from '../screen.ts'
import { paragraph, section, textsOf } from './contents.ts'
import { draft, openLine } from './fake-line.ts'

let line: ReturnType<typeof openLine>

beforeEach(() => {
  provideScreen()
  speak('fr')
})
afterEach(() => {
  cleanup()
  document.body.inert = false
  line.close()
  useKeptWords.setState({ kept: [] })
})

const writing = (text: string) => [section('findings', [paragraph(text)])]
const shown = () => useKeptWords.getState().kept.map(({ reason, text }) => ({ reason, text }))
const leaving = () => {
  const event = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(event)
  return event.defaultPrevented
}

test('a text that was too long for the station outlives its report, with whose it is and a button to copy it', async () => {
  line = openLine(500)
  const notice = render(
    <MantineProvider>
      <KeptWordsNotice />
    </MantineProvider>,
  )
  const session = openSession(draft)
  const long = 'trop long '.repeat(80)
  session.writeSections(writing(long))
  expect(await session.flush()).toBeNull()
  expect(unsavedTexts()).toHaveLength(1)
  await session.close()
  expect(shown()).toEqual([{ reason: 'does-not-fit', text: `Section findings\n${long}` }])
  const told = await screen.findByRole('alert', { name: 'Ces mots ne sont pas enregistrés' })
  expect(told.textContent).toContain('MARTIN')
  expect(told.querySelector('pre')?.textContent).toContain(long)
  expect(screen.getByRole('button', { name: 'Copier le texte' }).tabIndex).toBe(0)
  expect(leaving()).toBe(true)

  // A single press does not throw words away.
  fireEvent.click(screen.getByRole('button', { name: 'Retirer ce texte' }))
  expect(shown()).toHaveLength(1)
  fireEvent.click(screen.getByRole('button', { name: 'Retirer sans retour' }))
  expect([shown(), leaving()]).toEqual([[], false])
  notice.unmount()
})

test('what was typed into a report that was signed elsewhere is kept when the report is left', async () => {
  line = openLine()
  const session = openSession(draft)
  line.sign()
  session.writeSections(writing('trop tard'))
  await session.close()
  expect(shown()).toEqual([{ reason: 'immutable', text: 'Section findings\ntrop tard' }])
})

test('shortened, a text is saved again, and nothing is left over', async () => {
  line = openLine(500)
  const session = openSession(draft)
  session.writeSections(writing('trop long '.repeat(80)))
  expect(await session.flush()).toBeNull()
  session.writeSections(writing('court'))
  await session.close()
  expect([textsOf(line.report().content), shown()]).toEqual([['court'], []])
})

test('a key image’s note is among the words', async () => {
  line = openLine()
  const session = openSession(draft)
  line.sign()
  const image = {
    SOPClassUID: '1.1',
    SOPInstanceUID: '1.2',
    SeriesInstanceUID: '1.3',
    StudyInstanceUID: '1.2',
    frame: null,
  }
  const title = { CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' }
  session.setKeyImage({ keyImageId: crypto.randomUUID(), image, title, note: 'nodule du lobe', window: null })
  await session.close()
  expect(shown()[0]?.text).toContain('(1) nodule du lobe')
})

test('a page whose words are all saved goes without a question, also while its station is away', async () => {
  line = openLine()
  const stopGuarding = guardLeaving()
  const session = openSession(draft)
  line.cut('all')
  // Another window wrote, and what it wrote cannot be had.
  session.follow({ ...draft, seq: 1 })
  await expect.poll(() => session.state.getState().save.kind).toBe('retrying')
  expect(leaving()).toBe(false)
  session.writeSections(writing('pas encore là'))
  expect(leaving()).toBe(true)
  line.mend()
  await session.close()
  stopGuarding()
})

test('words that were typed and taken back are not kept of a report that was signed elsewhere', async () => {
  line = openLine()
  const session = openSession(draft)
  line.sign()
  session.writeSections(writing('trop tard'))
  expect(await session.flush()).toBeNull()
  session.writeSections(draft.content.sections)
  await session.close()
  expect(shown()).toEqual([])
})

test('a report that its station lost leaves its words, also those that were saved', async () => {
  line = openLine()
  const session = openSession(draft)
  session.writeSections(writing('enregistré'))
  await session.flush()
  line.lose()
  session.follow({ ...draft, seq: 9 })
  await session.close()
  expect(shown()).toEqual([{ reason: 'not-found', text: 'Section findings\nenregistré' }])
})

test('words of several reports are kept side by side, and let go one by one', async () => {
  line = openLine()
  line.sign()
  for (const text of ['premier', 'second']) {
    const session = openSession(draft)
    session.writeSections(writing(text))
    await session.close()
  }
  expect(shown().map(({ text }) => text)).toEqual(['Section findings\npremier', 'Section findings\nsecond'])
  letGo(useKeptWords.getState().kept[0]?.keptId ?? '')
  expect(shown().map(({ text }) => text)).toEqual(['Section findings\nsecond'])
  const stopGuarding = guardLeaving()
  expect(leaving()).toBe(true)
  stopGuarding()
  expect(leaving()).toBe(false)
})

test('letting words go is asked again once the hand was elsewhere', async () => {
  line = openLine()
  line.sign()
  const session = openSession(draft)
  session.writeSections(writing('trop tard'))
  await session.close()
  render(
    <MantineProvider>
      <KeptWordsNotice />
    </MantineProvider>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Retirer ce texte' }))
  fireEvent.blur(screen.getByRole('button', { name: 'Retirer sans retour' }))
  fireEvent.click(screen.getByRole('button', { name: 'Retirer ce texte' }))
  expect(shown()).toHaveLength(1)
})

test('a page asks before it goes while a text is refused, or too long to be sent on leaving', async () => {
  line = openLine(60_000)
  const stopGuarding = guardLeaving()
  const session = openSession(draft)
  session.writeSections(writing('court'))
  expect(leaving()).toBe(false)
  session.writeSections(writing('long '.repeat(8_000)))
  expect(leaving()).toBe(true)
  await session.flush()
  expect(leaving()).toBe(false)
  session.writeSections(writing('trop long '.repeat(8_000)))
  expect(await session.flush()).toBeNull()
  expect([leaving(), shown()]).toEqual([true, []])
  session.writeSections(writing('court'))
  await session.close()
  stopGuarding()
})

test('what is not saved is sent when the page goes, and tried again as soon as the station answers anything', async () => {
  line = openLine()
  // The time of the next try never comes by itself; `expect.poll` would make it pass.
  const until = async (isSo: () => boolean) => {
    for (const end = performance.now() + 20_000; !isSo(); ) {
      if (performance.now() > end) throw new Error('it did not come')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const session = openSession(draft)
    const save = () => session.state.getState().save.kind
    line.cut('all')
    session.writeSections(writing('avant de partir'))
    await until(() => save() === 'retrying')
    line.mend()
    window.dispatchEvent(new Event('pagehide'))
    await until(() => line.log.length > 0)
    await until(() => save() === 'saved')
    expect([line.log.length, textsOf(line.report().content)]).toEqual([1, ['avant de partir']])
    await session.close()
  } finally {
    vi.useRealTimers()
  }
})

test('what an old station did not get is carried to the next page, which saves it once', async () => {
  line = openLine()
  const session = openSession(draft)
  session.writeSections(writing('avant'))
  await session.flush()
  line.cut('answer')
  session.writeSections(writing('avant, répondu jamais'))
  await expect.poll(() => session.state.getState().save.kind).toBe('retrying')
  session.writeSections(writing('avant, répondu jamais, après'))
  line.cut('all')
  const stopGuarding = guardLeaving()
  expect(leaving()).toBe(true)
  const carried = handOver()
  expect(leaving()).toBe(false)
  stopGuarding()
  line.mend()
  await takeOver(carried ?? '')
  expect([textsOf(line.report().content), shown()]).toEqual([['avant, répondu jamais, après'], []])
  await session.close()
})

test('the shell is given what is not saved and what was refused, and nothing where all is saved', async () => {
  line = openLine()
  offerHandOver()
  const words = globalThis.astreinteWords
  if (!words) throw new Error('nothing is offered')
  const quiet = openSession({ ...draft, reportId: crypto.randomUUID() })
  expect(words.handOver()).toBeNull()
  expect(document.body.inert).toBe(true)
  line.sign()
  const late = openSession(draft)
  late.writeSections(writing('trop tard'))
  await late.close()
  const refusedAlone = words.handOver()
  line.close()
  line = openLine()
  line.cut('all')
  const session = openSession(draft)
  session.writeSections(writing('pas encore là'))
  expect(unsavedTexts()).toEqual(['Section findings\npas encore là'])
  const carried = words.handOver() ?? ''
  const { reports } = JSON.parse(carried) as { reports: { report: { reportId: string } }[] }
  expect(reports.map(({ report }) => report.reportId)).toEqual([draft.reportId])
  line.mend()
  const before = shown()
  words.takeOver(refusedAlone ?? '')
  expect(shown()).toEqual([...before, ...before])
  await session.close()
  await quiet.close()
  expect(words.takeOver('no words')).toBe(true)
})

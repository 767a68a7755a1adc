import { expect, test } from 'vitest'
import { createDesk, type OpenReport, type Wish } from '../../../renderer/report/report-desk.ts'
import { joinWindows, type WindowMessage } from '../../../renderer/report/window/channel.ts'
import { image } from './contents.ts'

function setUp() {
  const done: string[] = []
  const desk = createDesk({
    tell: (message) => done.push(`told ${'reportId' in message ? message.reportId : message.kind}`),
    refuse: () => done.push('refused'),
  })
  const nothing = () => undefined
  const report = (reportId: string): OpenReport => ({
    reportId,
    focus: () => done.push(`focus in ${reportId}`),
    hasFocus: () => false,
    insertMeasurement: nothing,
    markImage: () => done.push(`in ${reportId}`),
    updateMeasurements: nothing,
    toggleList: nothing,
    sign: nothing,
    detach: nothing,
  })
  const wish: Wish = {
    act: (open) => open.markImage(image, { window: null }, false),
    elsewhere: (reportId) => ({ kind: 'mark-image', reportId, image, look: { window: null }, isCited: false }),
  }
  return { desk, done, report, wish }
}

test('what waits for a report is done in the one that is begun for it, then the text has the focus', () => {
  const { desk, done, report, wish } = setUp()
  desk.aim()(wish)
  expect(desk.isWaiting()).toBe(true)
  desk.focusWhenOpen()
  desk.setOpen(report('a'))
  expect(done).toEqual(['in a', 'focus in a'])
})

test('what was asked of one report is not done in another that is shown since, nor once the panel was folded', () => {
  const { desk, done, report, wish } = setUp()
  desk.setOpen(report('a'))
  const [late, tooLate] = [desk.aim(), desk.aim()]
  desk.setOpen(null)
  desk.setOpen(report('b'))
  late(wish)
  desk.setOpen(null)
  tooLate(wish)
  const atNone = desk.aim()
  desk.forget()
  desk.setOpen(report('c'))
  atNone(wish)
  expect(done).toEqual(['refused', 'refused', 'refused'])
})

test('a wish that was made before any report was shown is done in the one that is shown when its time comes', () => {
  const { desk, done, report, wish } = setUp()
  const late = desk.aim()
  desk.setOpen(report('a'))
  late(wish)
  expect(done).toEqual(['in a'])
})

test('what waits is dropped when the panel is folded', () => {
  const { desk, done, report, wish } = setUp()
  desk.aim()(wish)
  desk.forget()
  desk.setOpen(report('a'))
  expect(done).toEqual([])
})

test('a report that turns out to be written in another window is told there, once, and by its id', () => {
  const { desk, done, report, wish } = setUp()
  desk.aim()(wish)
  desk.setElsewhere('a')
  desk.aim()(wish)
  desk.setElsewhere(null)
  desk.setOpen(report('a'))
  expect(done).toEqual(['told a', 'told a'])
})

test('what waits for a report goes to the window that writes it, also when the text is to have the focus', () => {
  const { desk, done, wish } = setUp()
  desk.aim()(wish)
  desk.focusWhenOpen()
  desk.setElsewhere('a')
  expect(done).toEqual(['told a'])
})

test('nothing waits behind a list or a signed report: a person is told instead', () => {
  const { desk, done, report, wish } = setUp()
  desk.aim()(wish)
  desk.setClosed(true)
  desk.aim()(wish)
  desk.setClosed(false)
  desk.setOpen(report('a'))
  expect(done).toEqual(['refused', 'refused'])
})

test('windows of one study hear each other, and what is to be inserted names its report', async () => {
  const heard: WindowMessage[] = []
  const listening = [
    joinWindows('1.2', (message) => heard.push(message)),
    joinWindows('1.3', (message) => heard.push(message)),
  ]
  const speaking = joinWindows('1.2', () => undefined)
  const message: WindowMessage = { kind: 'mark-image', reportId: 'a', image, look: { window: null }, isCited: true }
  speaking.tell(message)
  await expect.poll(() => heard).toEqual([message])
  const { desk, done, report } = setUp()
  desk.setOpen(report('b'))
  const asked = desk.openAs(message.kind === 'mark-image' ? message.reportId : '')
  expect([asked, done]).toEqual([null, []])
  for (const channel of [...listening, speaking]) channel.close()
})

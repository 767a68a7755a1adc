import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import type { StudyRow } from '../../../../main/contract/studies.ts'
import { queryClient } from '../../../../renderer/services/client.ts'
import { speak } from '../../../../renderer/services/i18n.ts'
import { useWorkspace } from '../../../../renderer/services/workspace.ts'
import { useCommandKeys } from '../../../../renderer/shell/use-commands.ts'
import { evidencePort } from '../../../../renderer/viewer/evidence-port.ts'
import { readKeptReading } from '../../../../renderer/viewer/kept-reading.ts'
import { ReadingRoom, type ReadingRoomProps } from '../../../../renderer/viewer/reading-room.tsx'
import type { SeriesContents } from '../../../../renderer/viewer/strip/strip-items.ts'
import { provideScreen } from '../../screen.ts'
import { createFakeEngine, type FakeEngine } from '../fake-engine.ts'
import { createFakeStation } from '../fake-measurement-station.ts'
import { displaySet, header, imagesOf, seriesRow, study } from '../study-fixtures.ts'

let engine: FakeEngine

beforeAll(provideScreen)
beforeEach(() => {
  speak('en')
  engine = createFakeEngine()
  useWorkspace.setState({ kept: {} })
})
afterEach(cleanup)

const prior: StudyRow = { ...study, StudyInstanceUID: '1.2.4', StudyDate: '20200102', StudyDescription: 'TDM 2020' }
const older: StudyRow = { ...study, StudyInstanceUID: '1.2.5', StudyDate: '20100914', StudyDescription: 'TDM 2010' }

function seriesOf(of: StudyRow, id: string, change: Partial<ImageHeader> = {}, count = 3): SeriesContents {
  const { StudyInstanceUID } = of
  const SeriesInstanceUID = `${StudyInstanceUID}.1`
  const made = displaySet({ id, count, SeriesInstanceUID })
  const headers = [...made.headers.values()].map(({ instanceKey }) =>
    header(instanceKey, {
      StudyInstanceUID,
      SeriesInstanceUID,
      SOPInstanceUID: `${SeriesInstanceUID}.${instanceKey}`,
      ...change,
    }),
  )
  const frames = made.frames.map((frame) => ({ ...frame, SOPInstanceUID: `${SeriesInstanceUID}.${frame.instanceKey}` }))
  const images = { ...made, StudyInstanceUID, frames, headers: new Map(headers.map((one) => [one.instanceKey, one])) }
  return imagesOf(images, { StudyInstanceUID })
}

interface Props extends Partial<ReadingRoomProps> {
  /** Series of the others, by study; those that are missing are being read. */
  of?: Record<string, readonly SeriesContents[]>
  invited?: readonly string[]
}

/** The room with guests that come when they are invited, as the reading screen has it. */
function Room({ of = {}, invited: first = [], others = [prior, older], contents, ...props }: Props) {
  useCommandKeys()
  const [invited, setInvited] = useState(first)
  const guests = others.filter(({ StudyInstanceUID }) => invited.includes(StudyInstanceUID))
  const readings = new Map(
    guests.map(({ StudyInstanceUID }) => [
      StudyInstanceUID,
      { isRead: StudyInstanceUID in of, isUnread: false, failedSeries: 0, retry: () => undefined },
    ]),
  )
  return (
    <ReadingRoom
      engine={engine}
      study={study}
      others={others}
      guests={guests}
      guestReadings={readings}
      onInvite={(uid) => setInvited((before) => [...before, uid])}
      onDismiss={(uid) => setInvited((before) => before.filter((one) => one !== uid))}
      contents={[
        ...(contents ?? [seriesOf(study, 'A')]),
        ...guests.flatMap(({ StudyInstanceUID }) => of[StudyInstanceUID] ?? []),
      ]}
      failedSeries={0}
      onRetry={() => undefined}
      saved={null}
      measurementCalls={createFakeStation()}
      onClose={() => undefined}
      {...props}
    />
  )
}
const inProgram = (props: Props) => (
  <QueryClientProvider client={queryClient}>
    <MantineProvider>
      <Room {...props} />
    </MantineProvider>
  </QueryClientProvider>
)
const open = (props: Props = {}) => render(inProgram(props))
const press = (key: string, more: object = {}) => fireEvent.keyDown(document.body, { key, ...more })
const compare = () => press('D', { shiftKey: true })
const viewport = (number = 1) => within(screen.getByRole('region', { name: `Viewport ${number}` }))
const shown = () => engine.views.filter((view) => !view.isDestroyed).map((view) => view.displaySetId)
const both = { '1.2.4': [seriesOf(prior, 'P')], '1.2.5': [seriesOf(older, 'Q')] }

test('one key puts the next older study beside, again the one before, and says when there is none', () => {
  open({ of: both })
  compare()
  expect(shown()).toEqual(['A', 'P'])
  expect(viewport(2).getByText('Prior · 02 Jan 2020')).toBeTruthy()
  expect(viewport(1).queryByText(/Prior/)).toBeNull()
  expect(
    within(screen.getByRole('region', { name: 'Prior · 02 Jan 2020, TDM 2020' })).getByText('3 images'),
  ).toBeTruthy()
  compare()
  expect(shown()).toEqual(['A', 'Q'])
  expect(viewport(2).getByText('Prior · 14 Sept 2010')).toBeTruthy()
  expect(screen.queryByRole('region', { name: /TDM 2020/ })).toBeNull()
  compare()
  expect(screen.getByText('This is the oldest study of this patient on this station.')).toBeTruthy()
  expect(shown()).toEqual(['A', 'Q'])
  press('d', { altKey: true })
  expect(shown()).toEqual(['A'])
  expect(screen.queryByText(/^Prior/)).toBeNull()
  expect(screen.queryByText('This is the oldest study of this patient on this station.')).toBeNull()
})

test('a study of the timeline is put beside by its button, and a newer one is not called a prior', () => {
  const newer = { ...prior, StudyInstanceUID: '1.2.6', StudyDate: '20260102' }
  open({ others: [newer, older], of: { ...both, '1.2.6': [seriesOf(newer, 'N')] } })
  fireEvent.click(screen.getByRole('button', { name: 'Compare with the study of 02 Jan 2026' }))
  expect(viewport(2).getByText('Later · 02 Jan 2026')).toBeTruthy()
  compare()
  expect(viewport(2).getByText('Prior · 14 Sept 2010')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Compare with the study of 14 Sept 2010' }))
  expect(shown()).toEqual(['A'])
})

test('another name, sex or birth date is said wherever images of that study are, also without texts on them', () => {
  const stranger = { ...prior, PatientName: { Alphabetic: 'MARTIN^Elsa' }, PatientSex: 'M' }
  open({ others: [stranger], of: both })
  compare()
  const alarm = 'Check the identity: name, sex'
  expect(viewport(2).getByText(alarm)).toBeTruthy()
  expect(within(screen.getByRole('region', { name: /TDM 2020/ })).getByText(alarm)).toBeTruthy()
  press('a')
  expect(viewport(2).getByText(alarm)).toBeTruthy()
  expect(viewport(2).getByText('Prior · 02 Jan 2020')).toBeTruthy()
  expect(viewport(1).queryByText(alarm)).toBeNull()
})

test('while the prior is read or still coming its place says so, and fills in', () => {
  const { rerender } = open()
  compare()
  expect(viewport(2).getByText('Reading the study of 02 Jan 2020…')).toBeTruthy()
  const arriving = [{ ...prior, receiving: true }, older]
  const localizer = seriesOf(prior, 'L', { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] })
  rerender(inProgram({ others: arriving, of: { '1.2.4': [localizer] } }))
  expect(viewport(2).getByText(/^The study of 02 Jan 2020 is arriving/)).toBeTruthy()
  rerender(inProgram({ others: arriving, of: { '1.2.4': [localizer, seriesOf(prior, 'P')] } }))
  expect(shown()).toEqual(['A', 'P'])
  const grown = seriesOf(prior, 'P', {}, 5)
  rerender(inProgram({ others: arriving, of: { '1.2.4': [localizer, grown] } }))
  expect(engine.updated).toContain(grown.displaySets[0])
  expect(viewport(1).getByText('Im. 1/3')).toBeTruthy()
})

test('a prior that is gone, has no images or cannot be read says it', () => {
  const { rerender } = open({ of: both })
  compare()
  rerender(inProgram({ of: both, others: [older] }))
  expect(shown()).toEqual(['A'])
  expect(viewport(2).getByText(/^The compared study is no longer on this station/)).toBeTruthy()
  rerender(inProgram({ of: { '1.2.4': [] } }))
  expect(viewport(2).getByText(/^The study of 02 Jan 2020 has nothing to show/)).toBeTruthy()
  const unread = { series: seriesRow({ StudyInstanceUID: '1.2.4' }), headers: null, displaySets: [], isUnread: true }
  let retried = 0
  const retry = () => {
    retried += 1
  }
  const some = new Map([['1.2.4', { isRead: true, isUnread: false, failedSeries: 1, retry }]])
  rerender(inProgram({ of: { '1.2.4': [unread] }, guestReadings: some }))
  expect(viewport(2).getByText('The headers of the study of 02 Jan 2020 could not be read.')).toBeTruthy()
  expect(screen.queryByText('Reading headers…')).toBeNull()
  fireEvent.click(viewport(2).getByRole('button', { name: 'Try again' }))
  const none = new Map([['1.2.4', { isRead: false, isUnread: true, failedSeries: 0, retry }]])
  rerender(inProgram({ of: { '1.2.4': [] }, guestReadings: none }))
  expect(viewport(2).getByText('The study of 02 Jan 2020 could not be read.')).toBeTruthy()
  const section = within(screen.getByRole('region', { name: /TDM 2020/ }))
  expect(section.getByText('This study could not be read.')).toBeTruthy()
  fireEvent.click(section.getByRole('button', { name: 'Try again' }))
  fireEvent.click(viewport(2).getByRole('button', { name: 'Try again' }))
  expect(retried).toBe(3)
})

test('what was wanted of a prior that cannot be read is told, and shown when it is read after all', () => {
  let retried = 0
  const readings = (isUnread: boolean) =>
    new Map([['1.2.4', { isRead: false, isUnread, failedSeries: 0, retry: () => void retried++ }]])
  const { rerender } = open({ guestReadings: readings(false) })
  const [one] = seriesOf(prior, 'P').headers ?? []
  if (!one) throw new Error('no image')
  const { SOPClassUID, SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID } = one
  act(() =>
    evidencePort()?.goToImage({ SOPClassUID, SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID, frame: null }),
  )
  const reading = 'Reading the study that holds this image…'
  expect(screen.getByText(reading)).toBeTruthy()
  rerender(inProgram({ guestReadings: readings(true) }))
  const failed = 'The study that this was made in could not be read. The open study has not changed.'
  expect([screen.queryByText(reading), screen.getByText(failed).textContent]).toEqual([null, failed])
  fireEvent.click(
    within(screen.getByText(failed).closest('div') as HTMLElement).getByRole('button', { name: 'Try again' }),
  )
  expect([retried, screen.getByText(reading).textContent]).toEqual([1, reading])
  rerender(inProgram({ of: both }))
  expect(shown()).toEqual(['A', 'P'])
})

test('it opens at the same place, and linked viewports scroll together', () => {
  const frame = { FrameOfReferenceUID: '1.9' }
  const own = seriesOf(study, 'A', frame, 10)
  open({ contents: [own], of: { '1.2.4': [seriesOf(prior, 'P', frame, 20)] } })
  act(() => engine.views[0]?.scrollTo(6))
  compare()
  expect(viewport(2).getByText('Im. 7/20')).toBeTruthy()
  press('ArrowDown')
  expect(viewport(2).getByText('Im. 7/20')).toBeTruthy()
  press('S', { shiftKey: true })
  expect(viewport(2).getByText('Im. 8/20')).toBeTruthy()
  expect(viewport(1).getByText('Linked scrolling')).toBeTruthy()
  press('n')
  press('ArrowUp')
  expect(viewport(1).getByText('Im. 7/10')).toBeTruthy()
  press('End')
  expect(viewport(1).getByText('Im. 7/10')).toBeTruthy()
  press('S', { shiftKey: true })
  press('Home')
  expect(viewport(1).getByText('Im. 7/10')).toBeTruthy()
})

test('a series of the prior goes into any viewport from the strip; keys stay within a study', () => {
  open({ of: both })
  compare()
  fireEvent.keyDown(within(screen.getByRole('region', { name: /TDM 2020/ })).getByRole('button', { name: /^CT/ }), {
    key: 'Enter',
  })
  expect(viewport(1).getByText('Prior · 02 Jan 2020')).toBeTruthy()
  const own = screen.getAllByRole('button', { name: /^CT 1/ })[0]
  if (own) fireEvent.keyDown(own, { key: 'Enter' })
  expect(viewport(1).queryByText(/Prior/)).toBeNull()
  press('ArrowRight', { shiftKey: true })
  expect(viewport(1).queryByText(/Prior/)).toBeNull()
})

test('a key image of the prior is of the prior’s study', () => {
  open({ of: both })
  compare()
  expect(evidencePort()?.currentImage()?.image.StudyInstanceUID).toBe('1.2.3')
  press('n')
  expect(evidencePort()?.currentImage()?.image.StudyInstanceUID).toBe('1.2.4')
})

test('a comparison comes back after a reload, and the study that is read is never replaced by its prior', () => {
  const { unmount } = open({ of: both })
  compare()
  press('n')
  press('ArrowDown')
  unmount()
  const saved = readKeptReading(study.StudyInstanceUID)
  expect(saved?.guests).toEqual(['1.2.4'])
  engine = createFakeEngine()
  const pending = { series: seriesRow(), headers: null, displaySets: [] }
  const { rerender } = open({ saved, invited: saved?.guests ?? [], of: both, contents: [pending] })
  expect(shown()).toEqual(['P'])
  rerender(inProgram({ saved, of: both }))
  expect(shown().sort()).toEqual(['A', 'P'])
  expect(viewport(2).getByText('Im. 2/3')).toBeTruthy()
  press('d', { altKey: true })
  expect(shown()).toEqual(['A'])
})

import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Measurement as Kept, MeasurementContent } from '../../../main/contract/measurement.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { useWorkspace } from '../../../renderer/services/workspace.ts'
import { useCommandKeys } from '../../../renderer/shell/use-commands.ts'
import type { Measurement } from '../../../renderer/viewer/engine/engine.ts'
import { evidencePort } from '../../../renderer/viewer/evidence-port.ts'
import { readKeptReading } from '../../../renderer/viewer/kept-reading.ts'
import { ReadingRoom, type ReadingRoomProps } from '../../../renderer/viewer/reading-room.tsx'
import { provideScreen } from '../screen.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { createFakeStation, type FakeStation } from './fake-measurement-station.ts'
import { CT, displaySet, imagesOf, study } from './study-fixtures.ts'

beforeAll(provideScreen)

let engine: FakeEngine
let closed: number
let calls: FakeStation

beforeEach(() => {
  speak('en')
  engine = createFakeEngine()
  calls = createFakeStation()
  closed = 0
  useWorkspace.setState({ kept: {} })
})
afterEach(cleanup)

function Room(props: Partial<ReadingRoomProps>) {
  useCommandKeys()
  return (
    <ReadingRoom
      engine={engine}
      study={study}
      others={[]}
      contents={[imagesOf(displaySet())]}
      failedSeries={0}
      onRetry={() => undefined}
      saved={null}
      measurementCalls={calls}
      onClose={() => {
        closed += 1
      }}
      {...props}
    />
  )
}

const inProgram = (props: Partial<ReadingRoomProps>) => (
  <QueryClientProvider client={queryClient}>
    <MantineProvider>
      <Room {...props} />
    </MantineProvider>
  </QueryClientProvider>
)
const open = (props: Partial<ReadingRoomProps> = {}) => render(inProgram(props))
const press = (key: string, more: object = {}) => fireEvent.keyDown(document.body, { key, ...more })
const viewport = (number = 1) => within(screen.getByRole('region', { name: `Viewport ${number}` }))
const two = [
  imagesOf(displaySet({ id: 'A' })),
  imagesOf(displaySet({ id: 'B', SeriesInstanceUID: '1.2.3.2' }), { SeriesNumber: 2, SeriesDescription: 'AVEC IV' }),
]

describe('opening a study', () => {
  test('shows its first series at once, with who it is and where in the stack', () => {
    open()
    expect(engine.views.map((view) => view.displaySetId)).toEqual(['A'])
    expect(viewport().getByText('MARTIN Élise')).toBeTruthy()
    expect(viewport().getByText('Im. 1/3')).toBeTruthy()
    expect(viewport().getByText('W 80 L 40 · Brain')).toBeTruthy()
  })

  test('says what is painted, not what was asked for', () => {
    open()
    act(() => engine.views[0]?.paint({ imageIndex: 0, status: 'waiting' }))
    expect(viewport().getByText('Waiting for the image')).toBeTruthy()
    act(() => engine.views[0]?.paint({ imageIndex: 2, status: 'painted' }))
    expect(viewport().getByText('Im. 3/3')).toBeTruthy()
    expect(viewport().queryByText('Waiting for the image')).toBeNull()
  })

  test('that an image lost something stays when the texts on it are hidden', () => {
    open()
    act(() => engine.views[0]?.paint({ lossy: { ratio: 12, method: 'ISO_15444_1' } }))
    press('a')
    expect(viewport().queryByText('Im. 1/3')).toBeNull()
    expect(viewport().getByText('Lossy 12:1 (JPEG 2000)')).toBeTruthy()
  })

  test('an image that cannot be shown has its place and its reason', () => {
    open({ contents: [imagesOf(displaySet({ notDisplayable: { 1: 'pixel-data-truncated' } }))] })
    press('ArrowDown')
    expect(viewport().getByText('Image 2 cannot be shown')).toBeTruthy()
    expect(viewport().getByText(/Its pixels are incomplete/)).toBeTruthy()
    expect(screen.getByRole('button', { name: '1 cannot be shown' })).toBeTruthy()
  })

  test('a gap between slices is said in the viewport and marked in the strip', () => {
    open({ contents: [imagesOf(displaySet({ gaps: [2] }))] })
    expect(viewport().getByText('Incomplete stack: image missing between 2–3')).toBeTruthy()
    expect(within(screen.getByRole('navigation', { name: 'Series of the study' })).getByText('1 gap')).toBeTruthy()
  })

  test('while it is still coming in, the stack grows where it is and new series join the strip', () => {
    const { rerender } = open()
    press('ArrowDown')
    const grown = displaySet({ count: 5 })
    rerender(inProgram({ contents: [imagesOf(grown), ...two.slice(1)] }))
    expect([engine.views.length, engine.updated]).toEqual([1, [grown]])
    expect(engine.views[0]?.state().imageIndex).toBe(1)
    expect(screen.getByRole('button', { name: /CT 2 · AVEC IV/ })).toBeTruthy()
  })

  test('objects that name different patients are said', () => {
    open({ study: { ...study, conflictingAttributes: ['PatientID'] } })
    expect(screen.getByText('Check the identity')).toBeTruthy()
  })
})

describe('keys', () => {
  test('scroll, window, invert and turn the active viewport', () => {
    open()
    for (const key of ['ArrowDown', 'ArrowUp', 'PageDown', 'End', 'Home', '4', 'r', 'h', 'f', 'o']) press(key)
    expect(engine.views[0]?.calls).toEqual([
      'scrollBy 1',
      'scrollBy -1',
      'scrollBy 10',
      'scrollTo 2',
      'scrollTo 0',
      'setVoi 500 2000',
      'rotate 90',
      'flip horizontal',
      'fit',
      'reset',
    ])
    press('i')
    expect(viewport().getByText('Inverted')).toBeTruthy()
  })

  test('reach the windows on the digit row of an AZERTY keyboard without Shift', () => {
    open()
    press('(', { code: 'Digit5' })
    press('-', { code: 'Digit6' })
    expect(engine.views[0]?.calls).toEqual(['setVoi -600 1500', 'setVoi 50 350'])
  })

  test('leave CT windows alone where the values are no Hounsfield units', () => {
    open()
    act(() => engine.views[0]?.paint({ unit: '' }))
    press('4')
    expect(engine.views[0]?.calls).toEqual([])
  })

  test('choose tools', () => {
    open()
    press('l')
    press('e')
    expect(engine.tools).toEqual(['windowLevel', 'length', 'ellipticalROI'])
    expect(screen.getByRole('button', { name: 'Elliptical region' }).getAttribute('aria-pressed')).toBe('true')
  })

  test('open the next series, and go back to the study list', () => {
    open({ contents: two })
    press('ArrowRight', { shiftKey: true })
    expect(engine.views.map((view) => [view.displaySetId, view.isDestroyed])).toEqual([
      ['A', true],
      ['B', false],
    ])
    press('Escape')
    expect(closed).toBe(1)
  })
})

describe('the grid', () => {
  test('shows a second series beside the first, and keys go to the active one', () => {
    open({ contents: two })
    press('d')
    expect(engine.views.map((view) => view.displaySetId)).toEqual(['A', 'B'])
    press('n')
    press('ArrowDown')
    expect(engine.views.map((view) => view.calls)).toEqual([[], ['scrollBy 1']])
  })

  test('takes a series from the strip by Enter, double click, or dropped on a viewport', () => {
    open({ contents: two })
    const card = screen.getByRole('button', { name: /CT 2 · AVEC IV/ })
    fireEvent.keyDown(card, { key: 'Enter' })
    expect(engine.views.at(-1)?.displaySetId).toBe('B')
    fireEvent.doubleClick(screen.getByRole('button', { name: /CT 1 · SANS IV/ }))
    expect(engine.views.at(-1)?.displaySetId).toBe('A')
    const data = new Map<string, string>()
    const dataTransfer = {
      types: ['application/x-astreinte-series'],
      setData: (type: string, value: string) => data.set(type, value),
      getData: (type: string) => data.get(type) ?? '',
    }
    fireEvent.dragStart(card, { dataTransfer })
    fireEvent.drop(screen.getByRole('region', { name: 'Viewport 1' }), { dataTransfer })
    expect(engine.views.at(-1)?.displaySetId).toBe('B')
  })
})

describe('three planes', () => {
  test('open by one key at the slice that was shown, and lead back to it', async () => {
    open()
    press('End')
    press('m')
    expect(await screen.findByRole('region', { name: 'Coronal' })).toBeTruthy()
    expect(engine.mprStarts).toEqual([2])
    expect(engine.tools.at(-1)).toBe('crosshairs')
    press('Escape')
    expect(engine.views.at(-1)?.plane).toBeNull()
    expect(engine.views.at(-1)?.state().imageIndex).toBe(2)
    expect(closed).toBe(0)
  })

  test('that cannot be made say why', () => {
    open({ contents: [imagesOf(displaySet({ noMpr: 'gantry-tilt' }))] })
    press('m')
    expect(screen.getByText('No three planes: the gantry was tilted, the picture would be sheared.')).toBeTruthy()
    expect(engine.mprStarts).toEqual([])
  })
})

describe('a volume rendering', () => {
  const rendering = async () => {
    const region = await screen.findByRole('region', { name: 'Volume rendering' })
    // The viewport is there before the commands know of it.
    await act(async () => undefined)
    return region
  }
  const calls = () => engine.views.at(-1)?.calls

  test('opens by one key, answers to keys of its own, and leads back to the slice', async () => {
    open()
    press('End')
    press('y')
    expect(within(await rendering()).getByText('3D – not for measurement')).toBeTruthy()
    expect(engine.mprStarts).toEqual([2])
    press('2')
    press('ArrowRight')
    press('A', { shiftKey: true })
    press('PageUp')
    press('i')
    press('h')
    expect(calls()).toEqual(['setPreset skin', 'turn 15 0', 'seeFrom anterior', 'shiftBy 1'])
    expect(screen.getByRole('button', { name: '3D preset : Skin' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Length measurement' })).toBeNull()
    press('y')
    expect(engine.views.at(-1)?.rendering).toBeUndefined()
    expect(engine.views.at(-1)?.state().imageIndex).toBe(2)
    press('ArrowUp')
    expect(calls()).toEqual(['scrollBy -1'])
  })

  test('stands beside the planes, and takes the keys when it is the active viewport', async () => {
    open()
    press('Y', { shiftKey: true })
    await rendering()
    expect(screen.getByRole('region', { name: 'Sagittal' })).toBeTruthy()
    const [axial] = engine.views.slice(-4)
    press('ArrowDown')
    expect(axial?.calls).toEqual(['scrollBy 1'])
    press('N', { shiftKey: true })
    press('ArrowDown')
    expect([axial?.calls.length, calls()]).toEqual([1, ['turn 0 15']])
    press('m')
    expect(screen.queryByRole('region', { name: 'Volume rendering' })).toBeNull()
  })

  test('comes back after a reload, and says why it cannot be made', async () => {
    const first = open()
    press('y')
    await rendering()
    first.unmount()
    open({ saved: readKeptReading(study.StudyInstanceUID) })
    await rendering()
    cleanup()
    open({ contents: [imagesOf(displaySet({ noMpr: 'gantry-tilt' }))] })
    press('y')
    expect(screen.getByText('No 3D: the gantry was tilted, the volume would be sheared.')).toBeTruthy()
  })
})

describe('measurements', () => {
  const length: Measurement = {
    id: 'm1',
    tool: 'length',
    displaySetId: 'A',
    SOPInstanceUID: '1.2.3.1.3',
    frame: 0,
    imageIndex: 2,
    length: { value: 42.17, unit: 'mm' },
    roi: null,
    content: null,
  }

  test('are listed with their figures; a click goes to the image', () => {
    open()
    press('j')
    act(() => engine.addMeasurement(length))
    fireEvent.click(screen.getByRole('button', { name: /42.2 mm/ }))
    expect(engine.views[0]?.calls).toEqual(['scrollTo 2'])
  })

  test('once deleted come back by undo', () => {
    open()
    act(() => engine.addMeasurement(length))
    press('Delete')
    expect(engine.measurements()).toEqual([])
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    expect(engine.measurements()).toEqual([length])
  })
})

describe('evidence for a report', () => {
  const keptLength = (measurementId: string, SOPInstanceUID: string): Kept => ({
    measurementId,
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.2',
    kind: 'length',
    image: { SOPClassUID: CT, SOPInstanceUID, SeriesInstanceUID: '1.2.3.2', StudyInstanceUID: '1.2.3', frame: null },
    FrameOfReferenceUID: null,
    points: [
      [0, 0, 0],
      [1, 0, 0],
    ],
    graphic: null,
    values: [{ quantity: 'length', value: 42.17, unit: 'mm' }],
    calibration: 'patient',
    view: '{}',
    revision: 3,
    createdAt: '2026-01-05',
    changedAt: '2026-01-05',
  })
  const imageOf = (SOPInstanceUID: string, StudyInstanceUID = '1.2.3') => ({
    SOPClassUID: CT,
    SOPInstanceUID,
    SeriesInstanceUID: '1.2.3.2',
    StudyInstanceUID,
    frame: null,
  })
  const other = displaySet({ id: 'B', SeriesInstanceUID: '1.2.3.2' })
  const renamed = {
    ...other,
    frames: other.frames.map((frame) => ({ ...frame, SOPInstanceUID: `1.2.3.2.${frame.instanceKey}` })),
  }
  const series = [
    imagesOf(displaySet({ id: 'A' })),
    imagesOf(renamed, { SeriesNumber: 2, SeriesDescription: 'AVEC IV' }),
  ]

  test('says which image is painted, in which window', () => {
    const { unmount } = open()
    press('ArrowDown')
    expect(evidencePort()?.currentImage()).toEqual({
      image: { ...imageOf('1.2.3.1.2'), SeriesInstanceUID: '1.2.3.1' },
      look: { window: { center: 40, width: 80, function: 'LINEAR' } },
    })
    act(() => engine.views[0]?.paint({ status: 'waiting' }))
    expect(evidencePort()?.currentImage()).toBe(null)
    unmount()
    expect(evidencePort()).toBe(null)
  })

  test('goes to an image of another series, as it was looked at when it was kept', () => {
    open({ contents: series })
    act(() =>
      evidencePort()?.goToImage(imageOf('1.2.3.2.3'), {
        window: { center: 500, width: 2000, function: 'SIGMOID' },
        invert: true,
      }),
    )
    expect(engine.views.map((view) => [view.displaySetId, view.isDestroyed])).toEqual([
      ['A', true],
      ['B', false],
    ])
    const shown = () => engine.views[1]?.state()
    expect([shown()?.imageIndex, shown()?.voi, shown()?.invert]).toEqual([
      2,
      { center: 500, width: 2000, function: 'SIGMOID' },
      true,
    ])
    expect(evidencePort()?.currentImage()?.look).toEqual({
      window: { center: 500, width: 2000, function: 'SIGMOID' },
      invert: true,
    })
    act(() => evidencePort()?.goToImage(imageOf('1.2.3.2.3'), { window: { center: 40, width: 80 } }))
    expect([shown()?.voi?.center, shown()?.invert]).toEqual([40, false])
  })

  test('an image that is nowhere here is said not to be', () => {
    open({ contents: series })
    act(() => evidencePort()?.goToImage(imageOf('9.9.9', '9.9')))
    expect(screen.getByText(/This image is not on this station/)).toBeTruthy()
  })

  test('an image of an earlier study is shown as soon as that study is read, marked as another study', () => {
    const prior = { ...study, StudyInstanceUID: '1.2.4', StudyDate: '20200102' }
    const invited: string[] = []
    const props = { contents: series, others: [prior], onInvite: (uid: string) => void invited.push(uid) }
    const { rerender } = open(props)
    act(() => evidencePort()?.goToImage(imageOf('1.2.4.1.2', '1.2.4')))
    expect(invited).toEqual(['1.2.4'])
    const old = displaySet({ id: 'C', SeriesInstanceUID: '1.2.4.1' })
    const moved = {
      ...old,
      StudyInstanceUID: '1.2.4',
      frames: old.frames.map((frame) => ({ ...frame, SOPInstanceUID: `1.2.4.1.${frame.instanceKey}` })),
    }
    const contents = [...series, imagesOf(moved, { StudyInstanceUID: '1.2.4' })]
    rerender(inProgram({ ...props, guests: [prior] }))
    rerender(inProgram({ ...props, guests: [prior], contents }))
    expect([engine.views.at(-1)?.displaySetId, engine.views.at(-1)?.state().imageIndex]).toEqual(['C', 1])
    // Beside the study that is read, which stays where it is.
    expect(viewport(2).getByText('Prior · 02 Jan 2020')).toBeTruthy()
    expect(viewport(2).getByText(/^02 Jan 2020 \d/)).toBeTruthy()
    expect(viewport(1).queryByText(/Prior/)).toBeNull()
    expect(engine.views.find(({ displaySetId }) => displaySetId === 'A')?.isDestroyed).toBe(false)
  })

  test('a measurement of an earlier study brings that study beside this one, and is gone only if its study says so', async () => {
    const prior = { ...study, StudyInstanceUID: '1.2.4', StudyDate: '20200102' }
    const old = displaySet({ id: 'C', SeriesInstanceUID: '1.2.4.1' })
    const moved = {
      ...old,
      StudyInstanceUID: '1.2.4',
      frames: old.frames.map((frame) => ({ ...frame, SOPInstanceUID: `1.2.4.1.${frame.instanceKey}` })),
    }
    const contents = [...series, imagesOf(moved, { StudyInstanceUID: '1.2.4' })]
    const id = '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'
    const removed = '0d7b6f8a-1c2d-4e3f-8a9b-0c1d2e3f4a5b'
    const own = keptLength(id, '1.2.4.1.2')
    const image = own.image && { ...own.image, StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.1' }
    calls = createFakeStation([{ ...own, StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.1', image }])
    const invited: string[] = []
    const props = { contents: series, others: [prior], onInvite: (uid: string) => void invited.push(uid) }
    const { rerender } = open(props)
    act(() => evidencePort()?.goToMeasurement(id, '9.9'))
    expect(screen.getByText(/The images of this measurement are not on this station/)).toBeTruthy()
    act(() => evidencePort()?.goToMeasurement(id))
    expect(screen.getByText(/in none of the studies on screen/)).toBeTruthy()
    act(() => evidencePort()?.goToMeasurement(id, '1.2.4'))
    expect(screen.queryByText('This measurement no longer exists.')).toBeNull()
    expect(screen.getByText(/Reading the study that this measurement was made in/)).toBeTruthy()
    expect(invited).toEqual(['1.2.4'])
    rerender(inProgram({ ...props, guests: [prior] }))
    rerender(inProgram({ ...props, guests: [prior], contents }))
    await expect.poll(() => engine.views.at(-1)?.displaySetId).toBe('C')
    expect(engine.views.at(-1)?.state().imageIndex).toBe(1)
    expect(viewport(2).getByText('Prior · 02 Jan 2020')).toBeTruthy()
    expect(engine.selected.at(-1)).toBe(id)
    act(() => evidencePort()?.goToMeasurement(removed, '1.2.4'))
    expect(screen.getByText('This measurement no longer exists.')).toBeTruthy()
  })

  test('a kept measurement is listed before its series is shown, and leads to its image', async () => {
    const id = '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'
    calls = createFakeStation([keptLength(id, '1.2.3.2.2')])
    open({ contents: series })
    press('j')
    fireEvent.click(await screen.findByRole('button', { name: /42.2 mm/ }))
    expect([engine.views.at(-1)?.displaySetId, engine.views.at(-1)?.state().imageIndex]).toEqual(['B', 1])
    expect(engine.selected.at(-1)).toBe(id)
    expect(evidencePort()?.measurement(id)?.revision).toBe(3)
    expect(evidencePort()?.lastMeasurement()?.measurementId).toBe(id)
    press('Delete')
    await expect.poll(() => calls.kept.size).toBe(0)
    act(() => evidencePort()?.goToMeasurement(id, '1.2.3'))
    expect(screen.getByText('This measurement no longer exists.')).toBeTruthy()
  })

  test('a region whose pixels have not come is listed and kept, and says that its figures are to come', async () => {
    const id = '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'
    const { revision: _r, createdAt: _c, changedAt: _d, ...length } = keptLength(id, '1.2.3.1.1')
    const { figuresPending: _f, ...whole }: MeasurementContent = {
      ...length,
      kind: 'ellipse',
      image: null,
      values: [{ quantity: 'area', value: 94.2, unit: 'mm2' }],
    }
    calls = createFakeStation()
    open()
    press('j')
    const drawn = (content: MeasurementContent): Measurement => ({
      id,
      tool: 'ellipticalROI',
      displaySetId: 'A',
      SOPInstanceUID: null,
      frame: null,
      imageIndex: 0,
      length: null,
      roi: null,
      content,
    })
    act(() => engine.addMeasurement(drawn({ ...whole, figuresPending: true })))
    const mark = 'Figures to come, once its images are all here and shown'
    expect(await screen.findByText(mark)).toBeTruthy()
    expect(screen.getByText('94.2 mm²')).toBeTruthy()
    expect(engine.labelOf(drawn({ ...whole, figuresPending: true }))).toEqual(['94.2 mm²', 'Figures to come'])
    await expect.poll(() => calls.kept.get(id)?.figuresPending).toBe(true)
    const mean = { quantity: 'mean' as const, value: 41.5, unit: "[hnsf'U]" }
    act(() => engine.changeMeasurement(drawn({ ...whole, values: [...whole.values, mean] })))
    expect(screen.queryByText(mark)).toBe(null)
    await expect.poll(() => calls.kept.get(id)?.revision).toBe(2)
  })

  test('what the station does not keep yet is no evidence, and is said', async () => {
    const id = '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'
    const older = '0a2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'
    const { revision: _r, createdAt: _c, changedAt: _d, ...content } = keptLength(id, '1.2.3.1.1')
    calls = createFakeStation([keptLength(older, '1.2.3.1.1')])
    open()
    press('j')
    await expect.poll(() => evidencePort()?.measurement(older)?.revision).toBe(3)
    calls.isReachable = false
    act(() =>
      engine.addMeasurement({
        id,
        tool: 'length',
        displaySetId: 'A',
        SOPInstanceUID: '1.2.3.1.1',
        frame: 0,
        imageIndex: 0,
        length: { value: 42.17, unit: 'mm' },
        roi: null,
        content,
      }),
    )
    expect(await screen.findByText('Not saved yet: trying again')).toBeTruthy()
    expect(evidencePort()?.lastMeasurement()).toBe(null)
    expect([evidencePort()?.lastMeasurement(), evidencePort()?.measurement(older)?.revision]).toEqual([null, 3])
    calls.isReachable = true
    await expect.poll(() => evidencePort()?.lastMeasurement()?.revision).toBe(1)
    expect(screen.queryByText('Not saved yet: trying again')).toBe(null)
  })
})

describe('coming back', () => {
  test('after a reload the same series, slice, layout and panels are there', () => {
    const first = open({ contents: two })
    press('d')
    press('n')
    press('End')
    press('j')
    first.unmount()
    const saved = readKeptReading(study.StudyInstanceUID)
    expect(saved).toMatchObject({ positions: { B: 2 }, engine: '{"fake":"engine"}' })

    engine = createFakeEngine()
    open({ contents: two, saved })
    expect(engine.views.map((view) => [view.displaySetId, view.state().imageIndex])).toEqual([
      ['A', 0],
      ['B', 2],
    ])
    expect(screen.getByRole('complementary', { name: 'Measurements' })).toBeTruthy()
  })

  test('a series that is no longer there makes room for the first one', () => {
    const first = open({ contents: two })
    press('ArrowRight', { shiftKey: true })
    first.unmount()
    engine = createFakeEngine()
    open({ contents: two.slice(0, 1), saved: readKeptReading(study.StudyInstanceUID) })
    expect(engine.views.map((view) => view.displaySetId)).toEqual(['A'])
  })
})

test('everything is in French too', () => {
  speak('fr')
  open({ contents: [imagesOf(displaySet({ noMpr: 'colour', gaps: [1] }))] })
  press('m')
  expect(screen.getByText('Trois plans impossibles : les images sont en couleur.')).toBeTruthy()
  expect(screen.getByText('Pile incomplète : image manquante entre 1–2')).toBeTruthy()
})

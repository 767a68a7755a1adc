/** Volume rendering in the browser: sides and letters against the picture, presets, coarse and full, one volume for all, a lost context. */
import type { Page } from '@playwright/test'
import type { RenderingPresetName, StandardView } from '../../../renderer/viewer/engine/engine.ts'
import { expect, test } from './fixtures.ts'
import type { HarnessServer } from './harness-server.ts'
import { phantom, phantomHeaders, servePhantom } from './phantom.ts'

/** Shows the phantom rendered in a small viewport of its own; with the three planes as well when `withPlanes`. */
const open = (page: Page, withPlanes = false): Promise<void> =>
  page.evaluate(
    async ({ headers, withPlanes }) => {
      const { harness } = window
      const place = document.getElementById('d') ?? document.createElement('div')
      place.id = 'd'
      place.style.cssText = 'position:fixed;left:0;top:408px;width:112px;height:112px;background:#000'
      document.body.append(place)
      harness.engine ??= await harness.createViewerEngine()
      harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
      const [set] = harness.sets
      if (!set) throw new Error('no display set')
      const volume = harness.element('d')
      for (const view of Object.values(harness.views)) view.destroy()
      if (!withPlanes) {
        const views = await harness.engine.mountMpr({ volume }, set, 25)
        harness.views = { d: views.volume }
        return
      }
      const [axial, coronal, sagittal] = [harness.element('a'), harness.element('b'), harness.element('c')]
      const views = await harness.engine.mountMpr({ axial, coronal, sagittal, volume }, set, 25)
      harness.views = { a: views.axial, b: views.coronal, c: views.sagittal, d: views.volume }
    },
    { headers: phantomHeaders(), withPlanes },
  )

const state = (page: Page) => page.evaluate(() => window.harness.views.d?.state())
const quality = async (page: Page) => (await state(page))?.rendering?.quality
const isFull = (page: Page) => expect.poll(() => quality(page), { timeout: 60_000 }).toBe('full')
const seeFrom = (page: Page, view: StandardView) =>
  page.evaluate((view) => window.harness.views.d?.rendering?.seeFrom(view), view)
const setPreset = (page: Page, name: RenderingPresetName) =>
  page.evaluate((name) => window.harness.views.d?.rendering?.setPreset(name), name)

/** Middle of what is drawn, from the middle of the viewport in parts of its side; how much of the picture it is, and its mean colour. */
const picture = (page: Page) =>
  page.evaluate(() => {
    const canvas = window.harness.element('d').querySelector('canvas')
    const {
      width = 0,
      height = 0,
      data,
    } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {}
    let [count, x, y, red, blue, brightest] = [0, 0, 0, 0, 0, 0]
    for (let at = 0; data && at < width * height; at++) {
      const light = (data[4 * at] ?? 0) + (data[4 * at + 1] ?? 0) + (data[4 * at + 2] ?? 0)
      if (light < 90) continue
      count++
      brightest = Math.max(brightest, light)
      x += at % width
      y += Math.floor(at / width)
      red += data[4 * at] ?? 0
      blue += data[4 * at + 2] ?? 0
    }
    return {
      x: x / count / width - 0.5,
      y: y / count / height - 0.5,
      share: count / (width * height),
      brightest,
      redness: red / blue,
    }
  })

/** Bone in a small block at the patient's left, front and head; air elsewhere. */
const serveCorner = (server: HarnessServer): void => {
  const { columns, rows, slices } = phantom
  for (let slice = 0; slice < slices; slice++) {
    const values = Uint16Array.from({ length: columns * rows }, (_, at) => {
      const [column, row] = [at % columns, Math.floor(at / columns)]
      const isBone = column >= 70 && column <= 86 && row >= 6 && row <= 18 && slice >= 29 && slice <= 36
      return isBone ? 1724 : 24
    })
    server.frames.set(`${100 + slice}/0`, { kind: 'native', bytes: new Uint8Array(values.buffer) })
  }
}

/** Letters of the edges that the middle of what is drawn lies nearest to; empty while nothing is drawn there. */
const sidesOf = async (page: Page): Promise<string> => {
  const { x, y, share } = await picture(page)
  const letters = (await state(page))?.orientation
  if (share < 0.001 || !letters || Math.min(Math.abs(x), Math.abs(y)) < 0.05) return ''
  return [x > 0 ? letters.right : letters.left, y > 0 ? letters.bottom : letters.top].sort().join('')
}

test('each of the six views shows the sides that its letters name', async ({ harness, server }) => {
  serveCorner(server)
  await open(harness)
  const expected = { anterior: 'HL', posterior: 'HL', left: 'AH', right: 'AH', superior: 'AL', inferior: 'AL' } as const
  const edges = {
    anterior: { left: 'R', right: 'L', top: 'H', bottom: 'F' },
    posterior: { left: 'L', right: 'R', top: 'H', bottom: 'F' },
    left: { left: 'A', right: 'P', top: 'H', bottom: 'F' },
    right: { left: 'P', right: 'A', top: 'H', bottom: 'F' },
    superior: { left: 'L', right: 'R', top: 'A', bottom: 'P' },
    inferior: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
  }
  const lights: number[] = []
  for (const view of ['anterior', 'posterior', 'left', 'right', 'superior', 'inferior'] as const) {
    await seeFrom(harness, view)
    await expect.poll(() => sidesOf(harness), view).toBe(expected[view])
    // Measured on the finished picture: it is made in steps.
    await isFull(harness)
    lights.push((await picture(harness)).brightest)
    expect(await state(harness)).toMatchObject({ orientation: edges[view], rendering: { seenFrom: view } })
  }
  // The light comes from the reader, whichever side is seen.
  expect(Math.min(...lights) / Math.max(...lights)).toBeGreaterThan(0.6)
})

test('what is drawn is turned by drags as a hand would turn it, moved, enlarged, and put back', async ({
  harness,
  server,
}) => {
  serveCorner(server)
  await open(harness)
  await expect.poll(() => sidesOf(harness)).toBe('HL')
  const drag = async (dx: number, dy: number, key?: string): Promise<void> => {
    if (key) await harness.keyboard.down(key)
    await harness.mouse.move(56, 464)
    await harness.mouse.down()
    await harness.mouse.move(56 + dx, 464 + dy, { steps: 2 })
    await harness.mouse.up()
    if (key) await harness.keyboard.up(key)
  }
  // Half the viewport is a quarter turn: the front goes to the right, so the patient's right faces the reader.
  await drag(56, 0)
  expect(await state(harness)).toMatchObject({ rendering: { seenFrom: 'right' }, orientation: { right: 'A' } })
  await drag(0, 56)
  expect((await state(harness))?.rendering?.facing).toBe('H')
  await harness.evaluate(() => window.harness.views.d?.reset())
  expect((await state(harness))?.rendering?.seenFrom).toBe('anterior')
  await expect.poll(() => sidesOf(harness)).toBe('HL')
  // A coarse picture has few pixels: places are compared in full ones.
  await isFull(harness)
  const before = await picture(harness)
  await drag(-24, 0, 'Control')
  await isFull(harness)
  expect(Math.abs(((await picture(harness)).x - before.x) * 112 + 24)).toBeLessThan(1.5)
  await harness.mouse.wheel(0, -120)
  const zoomed = await state(harness)
  await expect.poll(async () => (await picture(harness)).share).toBeGreaterThan(1.1 * before.share)
  await drag(25, 0, 'Shift')
  expect((await state(harness))?.rendering?.shift).toBe(100)
  expect((await state(harness))?.zoom).toBe(zoomed?.zoom)
})

test('a preset shows what it is named after, and its threshold moves', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness)
  await isFull(harness)
  const bone = await picture(harness)
  await setPreset(harness, 'skin')
  await isFull(harness)
  const skin = await picture(harness)
  // The block of soft tissue fills its front; the bone in it is a bar, a piece of a rod and a small block.
  expect(bone.share).toBeGreaterThan(0.05)
  expect(skin.share).toBeGreaterThan(1.5 * bone.share)
  await setPreset(harness, 'vessels')
  await isFull(harness)
  expect((await picture(harness)).redness).toBeGreaterThan(1.05 * skin.redness)
  await setPreset(harness, 'bone')
  // Above 850 HU there is nothing left.
  await harness.evaluate(() => window.harness.views.d?.rendering?.shiftBy(35))
  await expect.poll(async () => (await picture(harness)).share).toBeLessThan(0.001)
  expect((await state(harness))?.rendering).toMatchObject({ preset: 'bone', shift: 700, unit: 'HU' })
  await setPreset(harness, 'mip')
  await expect.poll(async () => (await picture(harness)).share).toBeGreaterThan(bone.share * 0.8)
  expect((await picture(harness)).redness).toBeCloseTo(1, 2)
})

test('says that it waits while slices come, draws coarsely, then everything', async ({ harness, server }) => {
  serveCorner(server)
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  server.gate = (instanceKey) => (instanceKey >= 110 && instanceKey < 120 ? gate : undefined)
  await open(harness)
  await expect.poll(() => sidesOf(harness)).toBe('HL')
  expect(await state(harness)).toMatchObject({ status: 'waiting', rendering: { quality: 'coarse' } })
  release()
  await isFull(harness)
  expect((await state(harness))?.status).toBe('painted')
  await harness.evaluate(() => window.harness.views.d?.rendering?.turn(15, 0))
  expect(await state(harness)).toMatchObject({ rendering: { quality: 'coarse', facing: 'AR' } })
  await isFull(harness)
})

test('planes and rendering show one volume, which lies on the graphics card once', async ({
  page,
  harness,
  server,
}) => {
  servePhantom(server)
  await page.evaluate(() => {
    const counts = { textures: 0, slices: 0 }
    Object.assign(window, { counts })
    const { prototype } = WebGL2RenderingContext
    for (const name of ['texImage3D', 'texStorage3D', 'texSubImage3D'] as const) {
      const before = prototype[name] as (...rest: unknown[]) => void
      Object.assign(prototype, {
        [name](this: WebGL2RenderingContext, ...rest: unknown[]) {
          counts[name === 'texSubImage3D' ? 'slices' : 'textures']++
          return before.apply(this, rest)
        },
      })
    }
  })
  const counts = () => page.evaluate(() => ({ ...(window as unknown as { counts: object }).counts }))
  await open(harness, true)
  await expect.poll(() => harness.evaluate(() => performance.getEntriesByName('mpr-complete').length)).toBe(1)
  await isFull(harness)
  const once = await counts()
  await harness.evaluate(() => window.harness.views.b?.scrollTo(10))
  await open(harness)
  await isFull(harness)
  expect((await picture(harness)).share).toBeGreaterThan(0.05)
  await open(harness, true)
  await isFull(harness)
  expect(await counts()).toEqual(once)
  expect((await state(harness))?.orientation).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
  expect((await harness.evaluate(() => window.harness.views.b?.state()))?.imageIndex).toBe(10)
})

test('keeps its look over a lost graphics context and a reload', async ({ harness, server }) => {
  serveCorner(server)
  await open(harness)
  await expect.poll(() => sidesOf(harness)).toBe('HL')
  await seeFrom(harness, 'left')
  await setPreset(harness, 'softTissue')
  await harness.evaluate(() => window.harness.views.d?.rendering?.shiftBy(2))
  // A context that goes while a picture is being drawn has the drawing library complain, as it should.
  await isFull(harness)
  await harness.evaluate(() => window.harness.loseContext())
  await expect.poll(() => harness.evaluate(() => window.harness.contextsLost)).toBeGreaterThan(0)
  await expect.poll(() => sidesOf(harness)).toBe('AH')
  const kept = { rendering: { seenFrom: 'left', preset: 'softTissue', shift: 40 } }
  expect(await state(harness)).toMatchObject(kept)
  const saved = await harness.evaluate(() => {
    const text = window.harness.engine.saveState()
    window.harness.engine.destroy()
    return text
  })
  await harness.evaluate(async (saved) => {
    const { harness } = window
    harness.views = {}
    harness.engine = await harness.createViewerEngine()
    harness.engine.restoreState(saved)
  }, saved)
  await open(harness)
  expect(await state(harness)).toMatchObject(kept)
  await expect.poll(() => sidesOf(harness)).toBe('AH')
})

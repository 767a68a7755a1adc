/** What stands on a volume rendering in place of window and slice: that it is no image to measure on, how it was made, from where it is seen. */
import type { RenderingState } from '../engine/engine.ts'
import { unitText, type Writing } from '../writing.ts'
import type { OverlayLine } from './overlay-text.ts'

/** The lines, bottom left. `zoom`: screen pixels per voxel. */
export function renderingLines(rendering: RenderingState, zoom: number, w: Writing): OverlayLine[] {
  const { preset, shift, density, unit, seenFrom, facing, quality } = rendering
  const lines: (OverlayLine | null)[] = [
    { text: w.t('rendering:overlay.notForMeasuring'), tone: 'amber', isKept: true },
    quality === 'full' ? null : { text: w.t(`rendering:overlay.${quality}`) },
    shift === 0 ? null : { text: w.t('rendering:overlay.shift', { shift: signed(shift, w), unit: unitText(unit, w) }) },
    density === 1 ? null : { text: w.t('rendering:overlay.density', { factor: w.number(density, 2) }) },
    { text: w.t('overlay.zoom', { percent: w.number(zoom * 100) }) },
    { text: seenFrom ? w.t(`rendering:view.${seenFrom}`) : w.t('rendering:overlay.facing', { letters: facing }) },
    { text: `${w.t('rendering:name')} · ${w.t(`rendering:presets.${preset}`)}`, tone: 'strong' },
  ]
  return lines.filter((line) => line !== null)
}

const signed = (value: number, w: Writing): string =>
  `${value > 0 ? '+' : ''}${w.number(value, Math.abs(value) < 10 ? 2 : 0)}`

/**
 * How the frames of a series are told apart: by object for multi-frame images, by size, orientation and kind, and, where
 * positions repeat, by what differs between the repeats (echo, b-value, phase…). Every frame ends up in exactly one group.
 */
import type { ImageHeader } from '../../../main/contract/image.ts'
import type { Entry } from './display-sets.ts'
import { isColour } from './frame-header.ts'
import { dot, isOrientation, planeAxes, type Vector3 } from './vectors.ts'

export interface EntryGroup {
  entries: Entry[]
  /** What tells the group from the others of its series; empty when there is only one. */
  label: string
}

const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    const group = groups.get(name)
    if (group) group.push(item)
    else groups.set(name, [item])
  }
  return groups
}

/** What may differ between images at the same place, the most telling first. */
const discriminators: { name: string; of: (attributes: ImageHeader) => string | number | undefined }[] = [
  { name: 'b', of: ({ DiffusionBValue }) => DiffusionBValue },
  { name: 'TE', of: ({ EffectiveEchoTime, EchoTime, EchoNumbers }) => EffectiveEchoTime ?? EchoTime ?? EchoNumbers },
  {
    name: 't',
    of: ({ TemporalPositionIndex, TemporalPositionIdentifier }) => TemporalPositionIndex ?? TemporalPositionIdentifier,
  },
  { name: 'stack', of: ({ StackID }) => StackID },
  { name: '', of: ({ ImageType }) => ImageType?.join('\\') },
  { name: 'TI', of: ({ InversionTime }) => InversionTime },
  { name: 'kernel', of: ({ ConvolutionKernel }) => ConvolutionKernel },
  { name: 'acquisition', of: ({ AcquisitionNumber }) => AcquisitionNumber },
  { name: 'time', of: ({ AcquisitionTime }) => AcquisitionTime },
]

const placeOf = ({ attributes, header, frame }: Entry): string => {
  const { ImageOrientationPatient, ImagePositionPatient } = attributes
  if (!ImagePositionPatient || !isOrientation(ImageOrientationPatient)) return `${header.instanceKey}.${frame}`
  return dot(ImagePositionPatient, planeAxes(ImageOrientationPatient).normal).toFixed(2)
}

const repeats = (entries: readonly Entry[]): number => entries.length - new Set(entries.map(placeOf)).size

/** Splits frames at the same places by the first attribute that makes them fewer, and again until none repeats. */
const splitRepeats = (group: EntryGroup): EntryGroup[] => {
  const before = repeats(group.entries)
  if (before === 0) return [group]
  for (const { name, of } of discriminators) {
    const parts = groupBy(group.entries, ({ attributes }) => String(of(attributes) ?? ''))
    if (parts.size < 2) continue
    const after = [...parts.values()].reduce((sum, entries) => sum + repeats(entries), 0)
    // A value that is different in every image would tear the stack into single images.
    if (after >= before || parts.size > group.entries.length / 2) continue
    return [...parts].flatMap(([value, entries]) =>
      splitRepeats({ entries, label: [group.label, `${name} ${value}`.trim()].filter(Boolean).join(' · ') }),
    )
  }
  return splitByRank(group)
}

/** Every place n times with nothing to tell them apart (directions, unmarked phases): the first of each place, the second… */
const splitByRank = (group: EntryGroup): EntryGroup[] => {
  const places = [...groupBy(group.entries, placeOf).values()]
  const times = places[0]?.length ?? 0
  if (places.length < 2 || places.some((entries) => entries.length !== times)) return [group]
  const ranked = places.map((entries) =>
    [...entries].sort(
      (a, b) =>
        (a.header.InstanceNumber ?? 0) - (b.header.InstanceNumber ?? 0) ||
        a.header.instanceKey - b.header.instanceKey ||
        a.frame - b.frame,
    ),
  )
  return Array.from({ length: times }, (_, rank) => ({
    entries: ranked.flatMap((entries) => entries[rank] ?? []),
    label: [group.label, `${rank + 1}/${times}`].filter(Boolean).join(' · '),
  }))
}

/** Frames by the orientation of their plane (within about 5°); those without one form a group of their own. */
export const byOrientation = (entries: readonly Entry[]): Entry[][] => {
  const clusters: { row: Vector3; column: Vector3; entries: Entry[] }[] = []
  const without: Entry[] = []
  for (const entry of entries) {
    const { ImageOrientationPatient } = entry.attributes
    if (!isOrientation(ImageOrientationPatient)) {
      without.push(entry)
      continue
    }
    const { row, column } = planeAxes(ImageOrientationPatient)
    const cluster = clusters.find((other) => dot(other.row, row) > 0.996 && dot(other.column, column) > 0.996)
    if (cluster) cluster.entries.push(entry)
    else clusters.push({ row, column, entries: [entry] })
  }
  return [...clusters.map((cluster) => cluster.entries), ...(without.length > 0 ? [without] : [])]
}

/** Three images or more of one orientation are a stack of their own; strays (scouts, radial planes) stay together. */
const splitByOrientation = (group: EntryGroup): EntryGroup[] => {
  const parts = byOrientation(group.entries)
  if (parts.length < 2) return [group]
  const stacks = parts.filter((entries) => entries.length >= 3)
  const strays = parts.filter((entries) => entries.length < 3).flat()
  return [...stacks, ...(strays.length > 0 ? [strays] : [])].map((entries) => ({ entries, label: group.label }))
}

const kindKey = ({ header }: Entry): string =>
  [
    header.NumberOfFrames > 1 ? header.instanceKey : 'single',
    `${header.Columns}×${header.Rows}`,
    isColour(header) ? 'colour' : 'grey',
    header.ImageType?.includes('LOCALIZER') ? 'localizer' : '',
  ].join('|')

const hasShape = ({ header }: Entry): boolean => header.Rows !== undefined && header.Columns !== undefined

/** Whether nothing but its SOP class tells where an entry belongs: no pixels to show, and no size or no place in space. */
const isAdrift = (entry: Entry): boolean =>
  !hasShape(entry) || (entry.header.notDisplayable !== null && !entry.attributes.ImageOrientationPatient)

/** Groups of frames that are shown as one stack each; their union is `entries`. */
export const splitEntries = (entries: readonly Entry[]): EntryGroup[] => {
  const kinds = groupBy(
    entries.filter((entry) => !isAdrift(entry)),
    kindKey,
  )
  const groups = [...kinds.values()]
    .map((group): EntryGroup => ({ entries: group, label: '' }))
    .flatMap(splitByOrientation)
    .flatMap(splitRepeats)
  const adrift = groupBy(entries.filter(isAdrift), ({ header }) => `${header.SOPClassUID} ${multiFrameKey(header)}`)
  for (const strays of adrift.values()) {
    // They keep a place among their like, where there are any: in the largest stack of single images of that class.
    const like = groups
      .filter(({ entries: [other] }) => other && isLike(other, strays[0]))
      .sort((a, b) => b.entries.length - a.entries.length)[0]
    if (like) like.entries = [...like.entries, ...strays]
    else groups.push({ entries: strays, label: '' })
  }
  return groups
}

const multiFrameKey = (header: ImageHeader): string => (header.NumberOfFrames > 1 ? String(header.instanceKey) : '')

const isLike = (a: Entry, b: Entry | undefined): boolean =>
  a.header.SOPClassUID === b?.header.SOPClassUID && a.header.NumberOfFrames === 1 && b.header.NumberOfFrames === 1

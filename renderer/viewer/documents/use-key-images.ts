/** The frames that the study's key object selections mark: for the scroll bars of the stacks that hold them. */
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { trpc } from '../../services/client.ts'
import type { DisplaySet } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import { documentKind } from './document-kind.ts'
import { imagesOf, structuredReport } from './structured-report.ts'

/** Selections that are looked into. */
const READ = 50

/** Positions in `frames` of the images that a selection of the study marks. */
export function useKeyPlaces(displaySet: DisplaySet): readonly number[] {
  const { items } = useReading()
  const keys = items
    .flatMap((item) => (item.kind === 'document' ? item.instances : []))
    .filter(({ SOPClassUID }) => documentKind(SOPClassUID) === 'keyObjects')
    .slice(0, READ)
    .map(({ instanceKey }) => instanceKey)
  const answers = useQueries({
    queries: keys.map((instanceKey) => trpc.viewer.attributes.queryOptions({ instanceKey })),
    combine: (all) => all.map(({ data }) => data?.attributes),
  })
  return useMemo(() => {
    const marked = new Set(
      answers
        .flatMap((attributes) => (attributes ? imagesOf(structuredReport(attributes).content) : []))
        .map(({ SOPInstanceUID, frames }) => `${SOPInstanceUID} ${(frames[0] ?? 1) - 1}`),
    )
    if (marked.size === 0) return []
    return displaySet.frames.flatMap(({ SOPInstanceUID, frame }, position) =>
      marked.has(`${SOPInstanceUID} ${frame}`) ? [position] : [],
    )
  }, [answers, displaySet])
}

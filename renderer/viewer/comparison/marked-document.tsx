/** A document in a cell; one of another study says so above it. */
import { DocumentCell } from '../documents/document-cell.tsx'
import { useReading } from '../reading-context.ts'
import type { DocumentItem } from '../strip/strip-items.ts'
import classes from './comparison.module.css'
import { StudyMark } from './study-mark.tsx'

export function MarkedDocument({ item }: { item: DocumentItem }) {
  const { study } = useReading()
  if (item.series.StudyInstanceUID === study.StudyInstanceUID) return <DocumentCell item={item} />
  return (
    <div className={classes.document}>
      <header>
        <StudyMark StudyInstanceUID={item.series.StudyInstanceUID} />
      </header>
      <DocumentCell item={item} />
    </div>
  )
}

/** A series that is no image, opened in a cell: what it is, and its attributes. */
import { IconFileText } from '@tabler/icons-react'
import { useState } from 'react'
import { displayText } from '../../../main/dicom/index.ts'
import { HeaderBrowser } from '../header/header-browser.tsx'
import type { DocumentItem } from '../strip/strip-items.ts'
import { useWriting } from '../use-writing.ts'
import classes from './viewport-grid.module.css'

/** Shows the documents of a series one at a time. */
export function DocumentCell({ item }: { item: DocumentItem }) {
  const w = useWriting()
  const [position, setPosition] = useState(0)
  const instance = item.instances[Math.min(position, item.instances.length - 1)]
  return (
    <div className={classes.document}>
      <header className={classes.documentTitle}>
        <IconFileText size={20} stroke={1.5} aria-hidden />
        <div>
          <h2>{w.t(`documents.${item.document}`)}</h2>
          <p>{displayText(item.series.SeriesDescription) || w.t('documents.explanation')}</p>
        </div>
        {item.instances.length > 1 && (
          <label className={classes.documentChoice}>
            {w.t('documents.which')}
            <select value={position} onChange={(event) => setPosition(Number(event.currentTarget.value))}>
              {item.instances.map((candidate, index) => (
                <option key={candidate.instanceKey} value={index}>
                  {w.t('documents.number', {
                    number: candidate.InstanceNumber ?? index + 1,
                    total: item.instances.length,
                  })}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      {instance && <HeaderBrowser instanceKey={instance.instanceKey} />}
    </div>
  )
}

/** Files and folders can be dropped anywhere on the study list. */
import { IconFileImport } from '@tabler/icons-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { takeDropped } from '../importing/dropped-files.ts'
import { offerFiles } from '../importing/offer-files.ts'
import classes from './drop-area.module.css'

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')

export function DropArea({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [over, setOver] = useState(false)
  const depth = useRef(0)
  const leave = () => {
    depth.current = 0
    setOver(false)
  }
  return (
    <section
      className={classes.area}
      aria-label={t('studies:title')}
      onDragEnter={(event) => {
        if (!holdsFiles(event)) return
        depth.current += 1
        setOver(true)
      }}
      onDragOver={(event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      }}
      onDragLeave={(event) => {
        if (!holdsFiles(event)) return
        depth.current -= 1
        if (depth.current <= 0) leave()
      }}
      onDrop={(event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        leave()
        void offerFiles(takeDropped(event.dataTransfer))
      }}
    >
      {children}
      {over && (
        <div className={classes.veil} aria-hidden="true">
          <IconFileImport size={40} stroke={1.3} />
          {t('studies:drop.release')}
        </div>
      )}
    </section>
  )
}

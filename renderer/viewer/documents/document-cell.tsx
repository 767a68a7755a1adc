/** A series that is no image, opened in a cell: the document as people read it, and its attributes behind one key or button. */
import { Button, Loader } from '@mantine/core'
import { IconFileText, IconListDetails } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { displayText } from '../../../main/dicom/index.ts'
import { trpc } from '../../services/client.ts'
import { useFormat } from '../../ui/format.ts'
import { HeaderBrowser } from '../header/header-browser.tsx'
import type { DocumentItem } from '../strip/strip-items.ts'
import { useWriting } from '../use-writing.ts'
import classes from './document.module.css'
import { newestFirst, shownDocument, useDocumentChoice } from './document-choice.ts'
import { documentKind } from './document-kind.ts'
import { KeyObjectsPage } from './key-objects-page.tsx'
import { ReportPage } from './report-page.tsx'
import { structuredReport } from './structured-report.ts'
import { TextPage } from './text-page.tsx'

// The PDF reader is large, and most studies have no PDF.
const PdfPage = lazy(() => import('./pdf-page.tsx').then(({ PdfPage: page }) => ({ default: page })))

/** Shows the documents of a series one at a time. */
export function DocumentCell({ item }: { item: DocumentItem }) {
  const w = useWriting()
  const { chosen } = useDocumentChoice()
  const [hasAttributes, setHasAttributes] = useState(false)
  const instance = shownDocument(item, chosen)
  const canBeRead = instance !== undefined && readable.has(documentKind(instance.SOPClassUID))
  const showsAttributes = hasAttributes || !canBeRead
  return (
    <div className={classes.document} data-document>
      <header className={classes.title}>
        <IconFileText size={20} stroke={1.5} aria-hidden />
        <div className={classes.name}>
          <h2>{w.t(`documents.${instance ? documentKind(instance.SOPClassUID) : item.document}`)}</h2>
          <p>{displayText(item.series.SeriesDescription) || (canBeRead ? '' : w.t('documents.explanation'))}</p>
        </div>
        <Choice item={item} instance={instance} />
        {canBeRead && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconListDetails size={14} aria-hidden />}
            aria-pressed={hasAttributes}
            title={w.t(hasAttributes ? 'documents.showDocument' : 'documents.showAttributes')}
            onClick={() => setHasAttributes((before) => !before)}
          >
            {w.t('documents.attributes')}
          </Button>
        )}
      </header>
      {instance && showsAttributes && <HeaderBrowser instanceKey={instance.instanceKey} />}
      {instance && !showsAttributes && <Content key={instance.instanceKey} instance={instance} />}
    </div>
  )
}

const readable = new Set(['structuredReport', 'keyObjects', 'pdf', 'cda'])

function Content({ instance }: { instance: ImageHeader }) {
  const kind = documentKind(instance.SOPClassUID)
  if (kind === 'pdf')
    return (
      <Suspense fallback={<Loader size="sm" m="auto" />}>
        <PdfPage instanceKey={instance.instanceKey} />
      </Suspense>
    )
  if (kind === 'cda') return <TextPage instanceKey={instance.instanceKey} />
  return <Report instance={instance} isSelection={kind === 'keyObjects'} />
}

function Report({ instance, isSelection }: { instance: ImageHeader; isSelection: boolean }) {
  const w = useWriting()
  const answer = useQuery(trpc.viewer.attributes.queryOptions({ instanceKey: instance.instanceKey }))
  if (answer.isPending) return <Loader size="sm" m="auto" aria-label={w.t('documents.reading')} />
  if (answer.isError) return <p className={classes.message}>{w.t('documents.unreadable')}</p>
  const report = structuredReport(answer.data.attributes)
  return isSelection ? <KeyObjectsPage report={report} /> : <ReportPage report={report} />
}

function Choice({ item, instance }: { item: DocumentItem; instance: ImageHeader | undefined }) {
  const w = useWriting()
  const format = useFormat()
  const { choose } = useDocumentChoice()
  if (item.instances.length < 2 || !instance) return null
  const sorted = newestFirst(item.instances)
  return (
    <label className={classes.choice}>
      {w.t('documents.which')}
      <select
        value={instance.SOPInstanceUID}
        onChange={(event) => choose(item.series.SeriesInstanceUID, event.currentTarget.value)}
      >
        {sorted.map(({ SOPInstanceUID, InstanceNumber, ContentDate = '', ContentTime = '' }, index) => (
          <option key={SOPInstanceUID} value={SOPInstanceUID}>
            {[
              w.t('documents.number', { number: InstanceNumber ?? sorted.length - index, total: sorted.length }),
              format.dateTime(ContentDate, ContentTime),
              index === 0 ? w.t('documents.newest') : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </option>
        ))}
      </select>
    </label>
  )
}

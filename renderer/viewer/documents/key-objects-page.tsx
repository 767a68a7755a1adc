/** A key object selection (PS3.3 §A.35.4, PS3.16 TID 2010): why these images, and the images themselves, each a jump. */
import { UnstyledButton } from '@mantine/core'
import { IconPhotoOff } from '@tabler/icons-react'
import { displayText } from '../../../main/dicom/index.ts'
import { Thumbnail } from '../../ui/thumbnail.tsx'
import { findImage } from '../go-to-image.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { ContentTree } from './content-tree.tsx'
import classes from './document.module.css'
import { imagesOf, type SopReference, type StructuredReport } from './structured-report.ts'

export function KeyObjectsPage({ report }: { report: StructuredReport }) {
  const w = useWriting()
  const images = imagesOf(report.content)
  const others = report.content.filter(({ value }) => value.kind !== 'image')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <article className={classes.page} data-selectable tabIndex={0} aria-label={w.t('documents.keys.title')}>
      <h1 className={classes.heading}>{displayText(report.title, 300) || w.t('documents.keys.title')}</h1>
      <p className={classes.dim}>
        {images.length === 0 ? w.t('documents.keys.none') : w.t('documents.keys.count', { count: images.length })}
      </p>
      <ul className={classes.keys}>
        {images.map((reference) => (
          <li key={`${reference.SOPInstanceUID} ${reference.frames[0] ?? ''}`}>
            <KeyImage reference={reference} />
          </li>
        ))}
      </ul>
      <ContentTree nodes={others} omitted={report.omitted} />
    </article>
  )
}

function KeyImage({ reference }: { reference: SopReference }) {
  const { displaySets, items, goToImage } = useReading()
  const w = useWriting()
  const frame = reference.frames[0] ?? null
  const found = findImage({ ...reference, frame }, displaySets)
  const item = items.find((one) => one.kind === 'images' && one.displaySet === found?.displaySet)
  const place = found?.displaySet.frames[found.position]
  const series = found?.displaySet.SeriesNumber
  return (
    <UnstyledButton className={classes.key} onClick={() => goToImage({ ...reference, frame })}>
      <span className={classes.keyPicture}>
        {item && place ? (
          <Thumbnail series={item.series} image={place} />
        ) : (
          <IconPhotoOff size={26} stroke={1.3} aria-hidden />
        )}
      </span>
      <span>
        {found
          ? [
              series ? w.t('overlay.series', { number: series }) : '',
              w.t('documents.report.image', { number: w.number(found.position + 1) }),
            ]
              .filter(Boolean)
              .join(' · ')
          : w.t('documents.keys.notHere')}
      </span>
      {found && <span className={classes.dim}>{displayText(found.displaySet.label, 60)}</span>}
    </UnstyledButton>
  )
}
